import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  Color,
  DirectionalLight,
  DoubleSide,
  LinearFilter,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  SRGBColorSpace,
  Texture,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { SHAPE_COUNT } from '../../core/performance.ts';
import type { ActorMesh } from '../engine/captured.ts';
import { faceFrame, meshPoints, platePoints, shownCoefficients } from './mesh-points.ts';

/** How the face is drawn. */
export type FaceLook = 'shaded' | 'wireframe' | 'textured' | 'heat';

/** A rectangle of the plate, in pixels of the media. */
export interface PlateRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Beyond the reach of any face, in pixels of depth. */
const FAR = 20_000;

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
  readonly #painted: Mesh<BufferGeometry, MeshBasicMaterial>;
  readonly #plate: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly #texture = new Texture();
  readonly #data: ActorMesh;
  readonly #colours: Float32Array;
  readonly #from = new Vector3();
  readonly #colour = new Color();
  look: FaceLook = 'shaded';
  ghost = true;
  /** Whether the picture is drawn behind the face, through its camera. */
  showsPlate = true;
  /** Whether the edit is drawn solid; else the source. */
  edited = true;
  /** What the plate's camera looks at, so that mesh and frame coincide; null orbits around the face. */
  #through: PlateRect | null = null;
  #place = [1, 1] as const as readonly [number, number];
  #media = [1, 1] as const as readonly [number, number];

  constructor(canvas: HTMLCanvasElement, data: ActorMesh) {
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
    this.#texture.colorSpace = SRGBColorSpace;
    this.#texture.minFilter = LinearFilter;
    this.#texture.generateMipmaps = false;
    this.#texture.flipY = false;
    this.#painted = new Mesh(geometry, new MeshBasicMaterial({ map: this.#texture, side: DoubleSide }));
    this.#plate = new Mesh(new PlaneGeometry(1, 1), new MeshBasicMaterial({ map: this.#texture, depthWrite: false }));
    // The picture's rows run down, the plane's up.
    const uv = this.#plate.geometry.getAttribute('uv');
    for (let i = 0; i < uv.count; i++) uv.setY(i, 1 - uv.getY(i));
    this.#scene.add(this.#plate, this.#solid, this.#wire, this.#painted, this.#ghost);
  }

  get #faces(): Mesh[] {
    return [this.#solid, this.#wire, this.#painted, this.#ghost];
  }

  #geometry(): BufferGeometry {
    const { neutral, shapes, triangles } = this.#data;
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(neutral, 3));
    geometry.setAttribute('color', new BufferAttribute(new Float32Array(neutral.length).fill(1), 3));
    geometry.setAttribute('uv', new BufferAttribute(new Float32Array((neutral.length / 3) * 2), 2));
    geometry.setIndex(new BufferAttribute(triangles, 1));
    geometry.morphTargetsRelative = true;
    geometry.morphAttributes['position'] = Array.from(
      { length: SHAPE_COUNT },
      (_, index) => new BufferAttribute(shapes.subarray(index * neutral.length, (index + 1) * neutral.length), 3),
    );
    geometry.computeVertexNormals();
    return geometry;
  }

  /** Shows one face of an answer of the engine. */
  show(floats: Float32Array): void {
    const face = faceFrame(floats);
    const { before, after, pose, weight } = face;
    const shown = shownCoefficients(face, this.edited);
    for (const mesh of this.#faces)
      mesh.morphTargetInfluences?.splice(0, SHAPE_COUNT, ...(mesh === this.#ghost ? before : shown));
    const through = this.#through !== null;
    for (const mesh of this.#faces) {
      if (through) mesh.quaternion.set(pose[0]!, pose[1]!, pose[2]!, pose[3]!);
      else mesh.quaternion.identity();
      mesh.scale.setScalar(through ? pose[6]! : 1);
      mesh.position.set(through ? pose[4]! : 0, through ? -pose[5]! : 0, 0);
    }
    if (this.look === 'heat') this.#paintHeat(before, after, weight);
    if (this.look === 'textured') this.#project(before, pose);
    this.render();
  }

  /** The picture of the frame: texture of the face and, through its camera, what lies behind it. */
  setPlate(picture: ImageBitmap, mediaWidth: number, mediaHeight: number): void {
    if (this.#texture.image && this.#texture.image !== picture) this.#texture.dispose();
    this.#texture.image = picture;
    this.#texture.needsUpdate = true;
    this.#media = [mediaWidth, mediaHeight];
    this.#plate.scale.set(mediaWidth, mediaHeight, 1);
    this.#plate.position.set(mediaWidth / 2, -mediaHeight / 2, -FAR / 2);
    this.render();
  }

  /** Looks through the plate's camera at a part of the picture, or (null) orbits. */
  lookThrough(rect: PlateRect | null): void {
    const before = this.#through;
    this.#through = rect;
    this.#controls.enabled = rect === null;
    if (rect === null && before !== null) {
      this.#camera.position.set(0, 0, 60);
      this.#controls.reset();
    }
    this.#frame();
  }

  /** Where each vertex of the performed face lies in the picture: the texture sticks to the skin. */
  #project(before: Float32Array, pose: Float32Array): void {
    const uv = this.#solid.geometry.getAttribute('uv');
    const places = platePoints(meshPoints(this.#data, before), pose);
    for (let v = 0; v < uv.count; v++)
      uv.setXY(v, places[v * 2]! / this.#media[0], places[v * 2 + 1]! / this.#media[1]);
    uv.needsUpdate = true;
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
    this.#place = [Math.max(1, width), Math.max(1, height)];
    this.#frame();
    this.render();
  }

  #frame(): void {
    const aspect = this.#place[0] / this.#place[1];
    const rect = this.#through;
    const half = 11;
    const [wide, tall] = rect
      ? [Math.max(rect.width, rect.height * aspect) / 2, Math.max(rect.height, rect.width / aspect) / 2]
      : [half * Math.max(1, aspect), half * Math.max(1, 1 / aspect)];
    Object.assign(this.#camera, { left: -wide, right: wide, top: tall, bottom: -tall });
    this.#camera.far = rect ? 2 * FAR : 200;
    if (rect) {
      this.#camera.position.set(rect.x + rect.width / 2, -(rect.y + rect.height / 2), FAR);
      this.#camera.rotation.set(0, 0, 0);
      this.#camera.zoom = 1;
    }
    this.#camera.updateProjectionMatrix();
  }

  render(): void {
    this.#solid.visible = this.look === 'shaded' || this.look === 'heat';
    this.#wire.visible = this.look === 'wireframe';
    this.#painted.visible = this.look === 'textured' && this.#texture.image !== null;
    this.#ghost.visible = this.ghost;
    this.#plate.visible = this.#through !== null && this.#texture.image !== null && this.showsPlate;
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
    this.#plate.geometry.dispose();
    this.#texture.dispose();
    this.#renderer.dispose();
  }
}
