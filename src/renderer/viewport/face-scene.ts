import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  Color,
  DirectionalLight,
  DoubleSide,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  OrthographicCamera,
  Quaternion,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { POSE_SIZE, SHAPE_COUNT } from '../../core/performance.ts';

/** How the face is drawn. */
export type FaceLook = 'shaded' | 'wireframe' | 'heat';

/** Faces of a frame as the engine sends them: before, after, pose, gaze, trust, weight. */
const FACE_FLOATS = 2 * SHAPE_COUNT + POSE_SIZE + 4 + 2;

/** Mesh data of an actor. */
export interface FaceData {
  readonly neutral: Float32Array;
  readonly shapes: Float32Array;
  readonly triangles: Uint16Array;
}

/** Displacement in centimetres that is as hot as it gets. */
const HOT_CM = 0.8;

function heat(share: number, colour: Color): void {
  // Cool grey over yellow to red: evenly rising in lightness first, so that it reads without colour too.
  if (share < 0.5) colour.setRGB(0.25 + share * 1.3, 0.28 + share * 1.0, 0.32 - share * 0.3);
  else colour.setRGB(0.9, 0.78 - (share - 0.5) * 1.3, 0.17 - (share - 0.5) * 0.2);
}

/**
 * The reconstructed face of a frame in 3D: the edit solid, the source as a ghost. Shapes are morph targets, so a frame
 * costs 52 weights a face and no mesh upload; the heat map recolours vertices from the same weights.
 */
export class FaceScene {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new OrthographicCamera(-12, 12, 12, -12, 0.1, 200);
  readonly #controls: OrbitControls;
  readonly #solid: Mesh<BufferGeometry, MeshStandardMaterial>;
  readonly #wire: Mesh<BufferGeometry, MeshBasicMaterial>;
  readonly #ghost: Mesh<BufferGeometry, MeshBasicMaterial>;
  readonly #data: FaceData;
  readonly #colours: Float32Array;
  readonly #from = new Vector3();
  readonly #colour = new Color();
  look: FaceLook = 'shaded';
  ghost = true;
  /** Turned as the head is in the picture, seen from the camera. */
  locked = false;

  constructor(canvas: HTMLCanvasElement, data: FaceData) {
    this.#data = data;
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: false });
    this.#renderer.setClearColor('#141516');
    this.#camera.position.set(0, 0, 60);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.enablePan = true;
    this.#controls.addEventListener('change', () => this.render());
    const key = new DirectionalLight('#ffffff', 2.2);
    key.position.set(-8, 12, 30);
    const fill = new DirectionalLight('#b8c4d8', 0.7);
    fill.position.set(20, -4, 10);
    this.#scene.add(new AmbientLight('#ffffff', 0.55), key, fill);
    const geometry = this.#geometry();
    this.#colours = geometry.getAttribute('color').array as Float32Array;
    this.#solid = new Mesh(
      geometry,
      new MeshStandardMaterial({ color: '#c9c4bd', roughness: 0.72, metalness: 0, side: DoubleSide }),
    );
    this.#wire = new Mesh(geometry, new MeshBasicMaterial({ color: '#e0a458', wireframe: true }));
    this.#ghost = new Mesh(
      geometry,
      new MeshBasicMaterial({ color: '#6fa8dc', wireframe: true, transparent: true, opacity: 0.28, depthTest: false }),
    );
    this.#scene.add(this.#solid, this.#wire, this.#ghost);
  }

  #geometry(): BufferGeometry {
    const { neutral, shapes, triangles } = this.#data;
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(neutral, 3));
    geometry.setAttribute('color', new BufferAttribute(new Float32Array(neutral.length).fill(1), 3));
    geometry.setIndex(new BufferAttribute(triangles, 1));
    geometry.morphTargetsRelative = true;
    geometry.morphAttributes['position'] = Array.from(
      { length: SHAPE_COUNT },
      (_, index) => new BufferAttribute(shapes.subarray(index * neutral.length, (index + 1) * neutral.length), 3),
    );
    geometry.computeVertexNormals();
    return geometry;
  }

  /** Shows one face of an answer of the engine; `row` counts its faces. */
  show(floats: Float32Array, row: number): void {
    const at = row * FACE_FLOATS;
    const before = floats.subarray(at, at + SHAPE_COUNT);
    const after = floats.subarray(at + SHAPE_COUNT, at + 2 * SHAPE_COUNT);
    const weight = floats[at + FACE_FLOATS - 1] ?? 1;
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const shown = before[k]! + weight * (after[k]! - before[k]!);
      for (const mesh of [this.#solid, this.#wire])
        if (mesh.morphTargetInfluences) mesh.morphTargetInfluences[k] = shown;
      if (this.#ghost.morphTargetInfluences) this.#ghost.morphTargetInfluences[k] = before[k]!;
    }
    const pose = floats.subarray(at + 2 * SHAPE_COUNT, at + 2 * SHAPE_COUNT + POSE_SIZE);
    const turn = this.locked ? new Quaternion(pose[0], pose[1], pose[2], pose[3]) : new Quaternion();
    for (const mesh of [this.#solid, this.#wire, this.#ghost]) mesh.quaternion.copy(turn);
    if (this.look === 'heat') this.#paintHeat(before, after, weight);
    this.render();
  }

  #paintHeat(before: Float32Array, after: Float32Array, weight: number): void {
    const { neutral, shapes } = this.#data;
    for (let v = 0; v < neutral.length; v += 3) {
      this.#from.set(0, 0, 0);
      for (let k = 0; k < SHAPE_COUNT; k++) {
        const by = (after[k]! - before[k]!) * weight;
        if (by === 0) continue;
        const s = k * neutral.length + v;
        this.#from.x += by * shapes[s]!;
        this.#from.y += by * shapes[s + 1]!;
        this.#from.z += by * shapes[s + 2]!;
      }
      heat(Math.min(1, this.#from.length() / HOT_CM), this.#colour);
      this.#colours[v] = this.#colour.r;
      this.#colours[v + 1] = this.#colour.g;
      this.#colours[v + 2] = this.#colour.b;
    }
    this.#solid.geometry.getAttribute('color').needsUpdate = true;
  }

  /** Fits the picture to its place; in CSS pixels. */
  resize(width: number, height: number): void {
    this.#renderer.setPixelRatio(devicePixelRatio);
    this.#renderer.setSize(width, height, false);
    const half = 11;
    const aspect = width / Math.max(1, height);
    Object.assign(this.#camera, {
      left: -half * Math.max(1, aspect),
      right: half * Math.max(1, aspect),
      top: half * Math.max(1, 1 / aspect),
      bottom: -half * Math.max(1, 1 / aspect),
    });
    this.#camera.updateProjectionMatrix();
    this.render();
  }

  render(): void {
    this.#solid.visible = this.look !== 'wireframe';
    this.#wire.visible = this.look === 'wireframe';
    this.#ghost.visible = this.ghost;
    const coloured = this.look === 'heat';
    if (this.#solid.material.vertexColors !== coloured) {
      this.#solid.material.vertexColors = coloured;
      this.#solid.material.needsUpdate = true;
    }
    this.#renderer.render(this.#scene, this.#camera);
  }

  dispose(): void {
    this.#controls.dispose();
    this.#solid.geometry.dispose();
    this.#renderer.dispose();
  }
}
