import { type ShapeName, shapeIndex } from '../../core/performance.ts';
import type { ActorLook } from './actor-look.ts';
import { shadeOpenings } from './aperture.ts';
import { type ActorState, createFrameGeometry, deform, type FrameGeometry } from './frame-geometry.ts';
import { clearGBuffer, createGBuffer, drawTriangles } from './gbuffer.ts';
import { buildRig, createShadowMap, drawShadows, keyVisibility } from './light.ts';
import { MATERIAL } from './mesh-parts.ts';
import { clamp, hash3 } from './noise.ts';
import type { ActorScene } from './scene.ts';
import { shadeCloth, shadeEar, shadeEye, shadeWet } from './shade-parts.ts';
import { createShadePoint, lineStrengths, shadeSkin } from './shade-skin.ts';
import { StrandPainter } from './strand-painter.ts';
import { spreadUnderSkin } from './subsurface.ts';

const TOOTH = [0.55, 0.485, 0.395] as const;
const GUM = [0.34, 0.105, 0.1] as const;
const TONGUE = [0.38, 0.125, 0.12] as const;
const MOUTH = [0.22, 0.05, 0.045] as const;

/** Renders frames of one actor at one size; owns its buffers. */
export class FrameRenderer {
  private readonly geometry: FrameGeometry;
  private readonly sampleView: Float32Array;
  private readonly buffer;
  private readonly shadow;
  private readonly rig;
  private readonly lines = new Float64Array(8);
  private readonly occlusion: Float32Array;
  private readonly opening: Float32Array;
  private readonly albedo: Float32Array;
  private readonly arriving: Float32Array;
  private readonly other: Float32Array;
  private readonly coverage: Float32Array;
  /** Linear picture of the last frame, [height, width, 3]. */
  readonly picture: Float32Array;

  private readonly scene: ActorScene;
  private readonly look: ActorLook;
  private readonly width: number;
  private readonly height: number;
  private readonly scalp: StrandPainter;
  private readonly brows: StrandPainter;

  constructor(scene: ActorScene, look: ActorLook, width: number, height: number) {
    this.scene = scene;
    this.look = look;
    this.width = width;
    this.height = height;
    this.geometry = createFrameGeometry(scene);
    this.sampleView = new Float32Array(scene.vertexCount * 3);
    this.buffer = createGBuffer(width * 2, height * 2);
    this.shadow = createShadowMap(scene, clamp(Math.round(height * 1.1), 256, 800));
    this.rig = buildRig(scene.variant.light);
    this.occlusion = new Float32Array(scene.vertexCount);
    this.opening = new Float32Array(scene.vertexCount).fill(1);
    const pixels = width * height;
    this.albedo = new Float32Array(pixels * 3);
    this.arriving = new Float32Array(pixels * 3);
    this.other = new Float32Array(pixels * 3);
    this.coverage = new Float32Array(pixels);
    this.picture = new Float32Array(pixels * 3);
    const { colour, tip } = scene.variant.hair;
    this.scalp = new StrandPainter(look.scalp, colour, tip);
    this.brows = new StrandPainter(look.brows, colour, colour);
  }

  /** Draws one frame into {@link picture} and returns the moved geometry. */
  render(state: ActorState): FrameGeometry {
    const { scene, geometry, look, buffer, sampleView } = this;
    deform(scene, state, geometry);
    shadeOpenings(scene, geometry, this.opening);
    const opened = clamp(geometry.lipGap / 1.2, 0, 1);
    for (let v = 0; v < scene.vertexCount; v += 1)
      this.occlusion[v] = look.closed[v]! + opened * (look.open[v]! - look.closed[v]!);
    for (let i = 0; i < sampleView.length; i += 1) sampleView[i] = geometry.view[i]! * 2;
    clearGBuffer(buffer);
    drawTriangles(buffer, sampleView, scene.triangles, 0, scene.material.length);
    drawShadows(this.shadow, scene, geometry.view, state.pose[6]!, this.rig.key.direction);
    lineStrengths((name: ShapeName) => state.coefficients[shapeIndex(name)]!, scene.variant.skin.age, this.lines);
    this.shade(state.pose[6]!);
    this.resolve(state.pose[6]!);
    for (const painter of [this.brows, this.scalp])
      painter.paint(this.picture, this.width, this.height, buffer, geometry, state.pose, this.rig);
    return geometry;
  }

  private shade(scale: number): void {
    const { scene, geometry, buffer, width, height, rig, occlusion, opening } = this;
    const { albedo, arriving, other, coverage } = this;
    albedo.fill(0);
    arriving.fill(0);
    other.fill(0);
    coverage.fill(0);
    const { triangles, material, rest, atlas, variant } = scene;
    const { view, normal, tangent } = geometry;
    const p = createShadePoint();
    p.pixelsPerCm = scale;
    const headEnd = scene.pieces[0]!.endVertex;
    const eyeAxes = [1, 2].map((i) => {
      const v = scene.pieces[i]!.firstVertex * 3;
      return [normal[v]!, normal[v + 1]!, normal[v + 2]!] as const;
    });
    const softness = scale * 0.42;
    const leftEyeFrom = scene.pieces[2]!.firstTriangle;
    const stride = width * 2;
    for (let y = 0; y < height * 2; y += 1)
      for (let x = 0; x < stride; x += 1) {
        const i = y * stride + x;
        const t = buffer.triangle[i]!;
        const pixel = (y >> 1) * width + (x >> 1);
        if (t < 0) continue;
        // Inside a surface two samples on the diagonal stand for all four of a pixel; at its edges each counts.
        const first = i - (x & 1) - (y & 1) * stride;
        const even = this.isEven(first, stride, softness);
        if (even && ((x ^ y) & 1) === 1) continue;
        const weight = even ? 2 : 1;
        const a = triangles[t * 3]!;
        const b = triangles[t * 3 + 1]!;
        const c = triangles[t * 3 + 2]!;
        const wb = buffer.second[i]!;
        const wc = buffer.third[i]!;
        const wa = 1 - wb - wc;
        let nx = wa * normal[a * 3]! + wb * normal[b * 3]! + wc * normal[c * 3]!;
        let ny = wa * normal[a * 3 + 1]! + wb * normal[b * 3 + 1]! + wc * normal[c * 3 + 1]!;
        let nz = wa * normal[a * 3 + 2]! + wb * normal[b * 3 + 2]! + wc * normal[c * 3 + 2]!;
        const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
        const facing = nz < -0.15 * length ? -1 : 1;
        nx *= facing / length;
        ny *= facing / length;
        nz *= facing / length;
        p.nx = nx;
        p.ny = ny;
        p.nz = nz;
        p.x = wa * rest[a * 3]! + wb * rest[b * 3]! + wc * rest[c * 3]!;
        p.y = wa * rest[a * 3 + 1]! + wb * rest[b * 3 + 1]! + wc * rest[c * 3 + 1]!;
        p.z = wa * rest[a * 3 + 2]! + wb * rest[b * 3 + 2]! + wc * rest[c * 3 + 2]!;
        p.u = wa * atlas[a * 2]! + wb * atlas[b * 2]! + wc * atlas[c * 2]!;
        p.v = wa * atlas[a * 2 + 1]! + wb * atlas[b * 2 + 1]! + wc * atlas[c * 2 + 1]!;
        p.ambient = wa * occlusion[a]! + wb * occlusion[b]! + wc * occlusion[c]!;
        const open = wa * opening[a]! + wb * opening[b]! + wc * opening[c]!;
        const px = wa * view[a * 3]! + wb * view[b * 3]! + wc * view[c * 3]!;
        const py = wa * view[a * 3 + 1]! + wb * view[b * 3 + 1]! + wc * view[c * 3 + 1]!;
        const pz = wa * view[a * 3 + 2]! + wb * view[b * 3 + 2]! + wc * view[c * 3 + 2]!;
        const kind = material[t]!;
        const lit = nx * rig.key.direction[0] + ny * rig.key.direction[1] + nz * rig.key.direction[2] > -0.3;
        p.key =
          kind === MATERIAL.tooth || kind === MATERIAL.gum || kind === MATERIAL.tongue
            ? 1
            : lit
              ? keyVisibility(this.shadow, px, -py, pz, nx, ny, nz, softness, hash3(x, y, 5) * 6.283)
              : 0;
        let soft = false;
        switch (kind) {
          case MATERIAL.skin:
            if (a < headEnd) {
              p.tx = wa * tangent[a * 3]! + wb * tangent[b * 3]! + wc * tangent[c * 3]!;
              p.ty = wa * tangent[a * 3 + 1]! + wb * tangent[b * 3 + 1]! + wc * tangent[c * 3 + 1]!;
              p.tz = wa * tangent[a * 3 + 2]! + wb * tangent[b * 3 + 2]! + wc * tangent[c * 3 + 2]!;
            }
            shadeSkin(p, this.look.skin, rig, this.lines);
            soft = true;
            break;
          case MATERIAL.ear:
            shadeEar(p, variant, rig);
            soft = true;
            break;
          case MATERIAL.eye:
            p.ambient = 1;
            shadeEye(p, variant, rig, open, eyeAxes[t >= leftEyeFrom ? 1 : 0]!, t >= leftEyeFrom ? 3 : 11);
            break;
          case MATERIAL.tooth:
            p.ambient = 1;
            shadeWet(p, rig, TOOTH, open, 0.3, 0.1);
            break;
          case MATERIAL.gum:
            p.ambient = 1;
            shadeWet(p, rig, GUM, open, 0.35, 0.2);
            break;
          case MATERIAL.tongue:
            p.ambient = 1;
            shadeWet(p, rig, TONGUE, open, 0.45, 0.5, 0.6);
            break;
          case MATERIAL.mouth:
            shadeWet(p, rig, MOUTH, clamp(p.ambient * 1.4, 0, 1), 0.4, 0.2, 0.5);
            break;
          case MATERIAL.lidMargin: {
            const s = variant.skin;
            shadeWet(
              p,
              rig,
              [s.flush[0] * 0.82, s.flush[1] * 1.15, s.flush[2] * 1.15],
              clamp(p.ambient * 1.1, 0.2, 1),
              0.26,
              0.1,
              0.8,
            );
            break;
          }
          case MATERIAL.caruncle:
            p.ambient = 0.7;
            shadeWet(p, rig, [0.46, 0.19, 0.16], 0.8, 0.3, 0.3, 0.8);
            break;
          default:
            shadeCloth(p, variant, rig);
        }
        for (let k = 0; k < 3; k += 1) {
          const at = pixel * 3 + k;
          if (soft) {
            albedo[at]! += (p.albedo[k]! * weight) / 4;
            arriving[at]! += p.arriving[k]! * weight;
            other[at]! += (p.mirrored[k]! * weight) / 4;
          } else other[at]! += ((p.albedo[k]! * p.arriving[k]! + p.mirrored[k]!) * weight) / 4;
        }
        if (soft) coverage[pixel]! += weight;
      }
  }

  /** Whether the four samples of a pixel lie on one surface. */
  private isEven(first: number, stride: number, step: number): boolean {
    const { triangle, depth } = this.buffer;
    const { material } = this.scene;
    const t = triangle[first]!;
    if (t < 0) return false;
    const kind = material[t]!;
    const z = depth[first]!;
    for (let k = 1; k < 4; k += 1) {
      const i = first + (k & 1) + (k >> 1) * stride;
      const other = triangle[i]!;
      if (other < 0 || material[other] !== kind || Math.abs(depth[i]! - z) > step) return false;
    }
    return kind !== MATERIAL.eye && kind !== MATERIAL.lidMargin;
  }

  /** Mixes light under the skin, lays the actor over the backdrop. */
  private resolve(scale: number): void {
    const { width, height, albedo, arriving, other, coverage, picture, buffer, look } = this;
    spreadUnderSkin(arriving, coverage, width, height, scale);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const pixel = y * width + x;
        const s = y * 2 * width * 2 + x * 2;
        const empty =
          (buffer.triangle[s]! < 0 ? 1 : 0) +
          (buffer.triangle[s + 1]! < 0 ? 1 : 0) +
          (buffer.triangle[s + width * 2]! < 0 ? 1 : 0) +
          (buffer.triangle[s + width * 2 + 1]! < 0 ? 1 : 0);
        for (let k = 0; k < 3; k += 1) {
          const at = pixel * 3 + k;
          picture[at] = other[at]! + albedo[at]! * arriving[at]! + (empty / 4) * look.backdrop[at]!;
        }
      }
  }
}
