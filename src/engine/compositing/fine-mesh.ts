import { applyRows, type Refinement } from './refine-operator.ts';
import { VERTEX_STRIDE } from './warp-field.ts';
import { buildWarpMesh } from './warp-mesh.ts';

/** Geometry of the canonical face that the warper needs. */
export interface FaceGeometry {
  readonly neutral: Float32Array;
  readonly uv: Float32Array;
  readonly triangles: ArrayLike<number>;
}

/** One region of the face, subdivided, with the buffers of the face drawn last. */
export class FineMesh {
  readonly refinement: Refinement;
  readonly position: Float32Array;
  readonly change: Float32Array;
  readonly opening: Float32Array;
  readonly vertices: Float32Array;

  constructor(refinement: Refinement, uv: Float32Array) {
    const n = refinement.vertexCount;
    this.refinement = refinement;
    this.position = new Float32Array(n * 4);
    this.change = new Float32Array(n * 3);
    this.opening = new Float32Array(n * 3);
    this.vertices = new Float32Array(n * VERTEX_STRIDE);
    const fine = new Float32Array(n * 2);
    applyRows(refinement.linear, uv, 2, fine);
    for (let i = 0; i < n; i++) {
      this.vertices[i * VERTEX_STRIDE + 7] = fine[i * 2]!;
      this.vertices[i * VERTEX_STRIDE + 8] = fine[i * 2 + 1]!;
    }
  }

  /**
   * Places the vertices where the controls move them.
   *
   * @param controls [468, 4]: x y depth matte of the face's vertices
   * @param changes [468, 3]: dx dy logGain
   */
  place(controls: Float32Array, changes: Float32Array): void {
    applyRows(this.refinement.linear, controls, 4, this.position);
    applyRows(this.refinement.smooth, changes, 3, this.change);
    const { vertices, position, change } = this;
    for (let i = 0; i < this.refinement.vertexCount; i++) {
      const at = i * VERTEX_STRIDE;
      vertices[at] = position[i * 4]! + change[i * 3]!;
      vertices[at + 1] = position[i * 4 + 1]! + change[i * 3 + 1]!;
      vertices[at + 2] = position[i * 4 + 2]!;
      vertices[at + 3] = change[i * 3]!;
      vertices[at + 4] = change[i * 3 + 1]!;
      vertices[at + 5] = change[i * 3 + 2]!;
      vertices[at + 6] = position[i * 4 + 3]!;
    }
  }

  /** As `place`, a hair behind the skin: where both are drawn, the skin covers an opening. */
  placeBehind(controls: Float32Array, changes: Float32Array): void {
    this.place(controls, changes);
    for (let i = 0; i < this.refinement.vertexCount; i++) this.vertices[i * VERTEX_STRIDE + 2]! -= 1e-3;
  }
}

/** Marks the vertices of edges that only one triangle has. */
function rimOf({ triangles, vertexCount }: Refinement): Uint8Array {
  const uses = new Map<number, number>();
  const key = (a: number, b: number): number => Math.min(a, b) * vertexCount + Math.max(a, b);
  const each = (visit: (a: number, b: number) => void): void => {
    for (let t = 0; t < triangles.length; t += 3)
      for (let k = 0; k < 3; k++) visit(triangles[t + k]!, triangles[t + ((k + 1) % 3)]!);
  };
  each((a, b) => uses.set(key(a, b), (uses.get(key(a, b)) ?? 0) + 1));
  const rim = new Uint8Array(vertexCount);
  each((a, b) => {
    if (uses.get(key(a, b)) !== 1) return;
    rim[a] = 1;
    rim[b] = 1;
  });
  return rim;
}

/** The regions of the face at one number of subdivisions. */
export class FineFace {
  readonly skin: FineMesh;
  readonly eyes: FineMesh;
  readonly mouth: FineMesh;
  /** 1 for fine mouth vertices on the lip contour. */
  readonly lipRim: Uint8Array;

  constructor(geometry: FaceGeometry, levels: number) {
    const mesh = buildWarpMesh(geometry.triangles, levels);
    this.skin = new FineMesh(mesh.skin, geometry.uv);
    this.eyes = new FineMesh(mesh.eyes, geometry.uv);
    this.mouth = new FineMesh(mesh.mouth, geometry.uv);
    this.lipRim = rimOf(mesh.mouth);
  }
}
