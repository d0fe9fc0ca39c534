import type { Rect } from '../../core/picture.ts';
import { KernelArena } from '../../core/wasm/index.ts';
import { FIELD_ARRAYS, type FieldKernels, fieldKernels } from './kernels/index.ts';

/** A piece of the field's memory that grows with what is put there. */
interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/**
 * A dense backward warp over a rectangle of the picture, one entry per pixel, row-major:
 * the edited pixel (x, y) shows the source at (x - dx, y - dy), its light multiplied by exp(logGain).
 * Buffers grow when needed and are reused from frame to frame. They lie in memory that the kernels work on too; when
 * that grows, the arrays of before are dead: take them from the field anew after {@link reset} and {@link piece}.
 */
export class WarpField {
  rect: Rect = { x: 0, y: 0, width: 0, height: 0 };
  /** Displacement in pixels. */
  dx = new Float32Array(0);
  dy = new Float32Array(0);
  /** Natural logarithm of the light ratio after/before. */
  logGain = new Float32Array(0);
  /** 0 outside of the edit (picture stays bit-identical) to 1. */
  matte = new Float32Array(0);
  /** Face-texture coordinates, 0..1; valid where region is skin. */
  u = new Float32Array(0);
  v = new Float32Array(0);
  depth = new Float32Array(0);
  /** REGION_* + 1, or 0 where no triangle lies. */
  region = new Uint8Array(0);
  /** Per region: first and last column, first and last row (within the rectangle) that its triangles can cover. */
  readonly bounds = [new Int32Array(4), new Int32Array(4), new Int32Array(4)] as const;
  readonly arena = new KernelArena();
  readonly kernels: FieldKernels = fieldKernels(this.arena.memory);
  readonly #pieces = new Map<string, Piece>();
  #capacity = 0;
  #address = 0;

  /** Where the arrays lie: address of the first, and bytes from one to the next. */
  get memory(): readonly [address: number, plane: number] {
    return [this.#address, this.#capacity * 4];
  }

  /** Starts a frame: sets the rectangle and clears what the raster reads. */
  reset(rect: Rect): void {
    const size = rect.width * rect.height;
    this.rect = rect;
    if (this.#capacity < size || this.#capacity === 0) {
      // Kernels take four pixels at a time and may look at up to three behind the last.
      this.#capacity = (Math.ceil(size * 1.5) + 19) & ~15;
      this.#address = this.arena.reserve(this.#capacity * 4 * FIELD_ARRAYS.length);
      this.#view();
    }
    this.dx.fill(0, 0, size);
    this.dy.fill(0, 0, size);
    this.logGain.fill(0, 0, size);
    this.matte.fill(0, 0, size + 4);
    this.depth.fill(-1e30, 0, size);
    this.region.fill(0, 0, size);
    for (const bound of this.bounds) bound.set([rect.width, -1, rect.height, -1]);
  }

  /** Address of at least `bytes` bytes for some purpose, the same ones as last time if they suffice. */
  piece(purpose: string, bytes: number): number {
    const known = this.#pieces.get(purpose);
    if (known && known.bytes >= bytes) return known.address;
    const piece = { address: this.arena.reserve(bytes * 1.25), bytes: bytes * 1.25 };
    this.#pieces.set(purpose, piece);
    this.#view();
    return piece.address;
  }

  /** Looks at the memory anew, as it may have moved. */
  #view(): void {
    const at = (index: number): Float32Array<ArrayBuffer> =>
      this.arena.floats(this.#address + index * this.#capacity * 4, this.#capacity);
    this.dx = at(0);
    this.dy = at(1);
    this.logGain = at(2);
    this.matte = at(3);
    this.u = at(4);
    this.v = at(5);
    this.depth = at(6);
    this.region = this.arena.bytes(this.#address + 7 * this.#capacity * 4, this.#capacity);
  }
}

/** Vertex attributes of one mesh to draw; `stride` floats per vertex: x y depth dx dy logGain matte u v. */
export const VERTEX_STRIDE = 9;

/**
 * Draws triangles into the field: nearest depth wins, attributes are interpolated linearly in the image (the camera is
 * orthographic). Triangles may come in either winding; pixels are covered when their centre lies inside, edges
 * included, so that no seam opens between neighbours.
 */
export function drawTriangles(field: WarpField, vertices: Float32Array, triangles: Uint32Array, region: number): void {
  const points = field.piece('vertices', vertices.byteLength);
  const corners = field.piece('triangles', triangles.byteLength);
  const limits = field.piece('bounds', 16);
  const { arena, kernels, rect } = field;
  const { buffer } = arena.memory;
  arena.floats(points, vertices.length).set(vertices);
  new Uint32Array(buffer, corners, triangles.length).set(triangles);
  const bounds = new Int32Array(buffer, limits, 4);
  bounds.set(field.bounds[region]!);
  kernels.draw(
    ...field.memory,
    points,
    corners,
    triangles.length / 3,
    rect.width,
    rect.height,
    rect.x + 0.5,
    rect.y + 0.5,
    region + 1,
    limits,
  );
  field.bounds[region]!.set(bounds);
}

/** Movements (pixels) at the nodes of a coarse grid, row-major; node 0 lies on the field's first corner. */
export interface MovementGrid {
  readonly columns: number;
  readonly rows: number;
  /** Side of a cell, pixels. */
  readonly cell: number;
  readonly alongX: Float32Array;
  readonly alongY: Float32Array;
}

/** Fills movement and matte of the whole field from a grid: straight lines between nodes, no matte where nothing moves. */
export function drawGrid(field: WarpField, { columns, rows, cell, alongX, alongY }: MovementGrid): void {
  const x = field.piece('grid x', alongX.byteLength);
  const y = field.piece('grid y', alongY.byteLength);
  field.arena.floats(x, alongX.length).set(alongX);
  field.arena.floats(y, alongY.length).set(alongY);
  field.kernels.grid(...field.memory, field.rect.width, field.rect.height, x, y, columns, rows, cell);
}
