import { type FrameGeometry, rotationOf } from './frame-geometry.ts';
import type { GBuffer } from './gbuffer.ts';
import type { Strands } from './hair.ts';
import type { LightRig } from './light.ts';
import { clamp, mix, smoothstep } from './noise.ts';
import type { Rgb } from './variant.ts';

/** Middle of the skull, from which hair takes the side it turns to the light, face space. */
const SKULL = [0, 4.2, -4] as const;

/** x to the power 2^doublings + 2^(doublings - 1): a highlight's lobe without a call to pow. */
function power(x: number, doublings: number): number {
  let value = x;
  for (let k = 1; k < doublings; k += 1) value *= value;
  return value * value * value;
}

/** Draws hairs over a finished picture: lit per point, sorted by depth, blended as soft lines. */
export class StrandPainter {
  private readonly strands: Strands;
  private readonly colour: Rgb;
  private readonly tip: Rgb;
  /** Picture x, y, depth per point. */
  private readonly place: Float32Array;
  private readonly lit: Float32Array;
  private readonly order: Uint32Array;
  private readonly bucket: Uint16Array;
  private readonly hidden: Uint8Array;
  private segments = 0;

  constructor(strands: Strands, colour: Rgb, tip: Rgb) {
    this.strands = strands;
    this.colour = colour;
    this.tip = tip;
    const total = strands.count * strands.points;
    this.hidden = new Uint8Array(strands.count);
    this.place = new Float32Array(total * 3);
    this.lit = new Float32Array(total * 3);
    this.order = new Uint32Array(strands.count * (strands.points - 1));
    this.bucket = new Uint16Array(strands.count * (strands.points - 1));
  }

  /** Paints into `picture` [height, width, 3]; `buffer` holds the depth of everything else at twice the size. */
  paint(
    picture: Float32Array,
    width: number,
    height: number,
    buffer: GBuffer,
    geometry: FrameGeometry,
    pose: Float32Array,
    rig: LightRig,
  ): void {
    this.move(geometry, pose);
    this.cull(width, height, buffer, pose[6]!);
    this.light(pose, rig);
    this.sort();
    this.draw(picture, width, height, buffer, pose[6]!);
  }

  private move(geometry: FrameGeometry, pose: Float32Array): void {
    const { strands, place } = this;
    const { view, normal, tangent } = geometry;
    const r = rotationOf(pose);
    const scale = pose[6]!;
    const n = strands.points;
    for (let s = 0; s < strands.count; s += 1) {
      const root = strands.root[s]! * 3;
      if (root < 0) {
        for (let i = s * n * 3; i < (s + 1) * n * 3; i += 3) {
          const x = strands.positions[i]!;
          const y = strands.positions[i + 1]!;
          const z = strands.positions[i + 2]!;
          place[i] = pose[4]! + scale * (r[0]! * x + r[1]! * y + r[2]! * z);
          place[i + 1] = pose[5]! - scale * (r[3]! * x + r[4]! * y + r[5]! * z);
          place[i + 2] = scale * (r[6]! * x + r[7]! * y + r[8]! * z);
        }
        continue;
      }
      const [nx, ny, nz] = [normal[root]!, normal[root + 1]!, normal[root + 2]!];
      let [tx, ty, tz] = [tangent[root]!, tangent[root + 1]!, tangent[root + 2]!];
      const along = tx * nx + ty * ny + tz * nz;
      tx -= along * nx;
      ty -= along * ny;
      tz -= along * nz;
      const length = Math.hypot(tx, ty, tz) || 1;
      tx /= length;
      ty /= length;
      tz /= length;
      const ux = ny * tz - nz * ty;
      const uy = nz * tx - nx * tz;
      const uz = nx * ty - ny * tx;
      for (let i = s * n * 3; i < (s + 1) * n * 3; i += 3) {
        const a = strands.positions[i]! * scale;
        const b = strands.positions[i + 1]! * scale;
        const c = strands.positions[i + 2]! * scale;
        place[i] = view[root]! + a * tx + b * ux + c * nx;
        place[i + 1] = view[root + 1]! - (a * ty + b * uy + c * ny);
        place[i + 2] = view[root + 2]! + a * tz + b * uz + c * nz;
      }
    }
  }

  /** Finds the strands of which no point can be seen: behind the head or outside the picture. */
  private cull(width: number, height: number, buffer: GBuffer, scale: number): void {
    const { strands, place, hidden } = this;
    const slack = 0.4 * scale;
    for (let s = 0; s < strands.count; s += 1) {
      hidden[s] = 1;
      for (let k = 0; k < strands.points; k += 1) {
        const i = (s * strands.points + k) * 3;
        const x = Math.floor(place[i]!);
        const y = Math.floor(place[i + 1]!);
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        if (buffer.depth[(y * 2 + 1) * buffer.width + x * 2]! > (place[i + 2]! + slack) * 2) continue;
        hidden[s] = 0;
        break;
      }
    }
  }

  /** Kajiya-Kay with a shifted second highlight (after Scheuermann 2004), shaded by the side of the skull it is on. */
  private light(pose: Float32Array, rig: LightRig): void {
    const { strands, place, lit } = this;
    const r = rotationOf(pose);
    const scale = pose[6]!;
    const cx = pose[4]! + scale * (r[0]! * SKULL[0] + r[1]! * SKULL[1] + r[2]! * SKULL[2]);
    const cy = pose[5]! - scale * (r[3]! * SKULL[0] + r[4]! * SKULL[1] + r[5]! * SKULL[2]);
    const cz = scale * (r[6]! * SKULL[0] + r[7]! * SKULL[1] + r[8]! * SKULL[2]);
    const n = strands.points;
    const lamps = [rig.key, rig.fill, rig.rim] as const;
    for (let s = 0; s < strands.count; s += 1) {
      if (this.hidden[s] === 1) continue;
      for (let k = 0; k < n; k += 1) {
        const i = (s * n + k) * 3;
        const a = (s * n + Math.max(0, k - 1)) * 3;
        const b = (s * n + Math.min(n - 1, k + 1)) * 3;
        let tx = place[b]! - place[a]!;
        let ty = place[a + 1]! - place[b + 1]!;
        let tz = place[b + 2]! - place[a + 2]!;
        const t = Math.hypot(tx, ty, tz) || 1;
        tx /= t;
        ty /= t;
        tz /= t;
        let nx = place[i]! - cx;
        let ny = cy - place[i + 1]!;
        let nz = place[i + 2]! - cz;
        const m = Math.hypot(nx, ny, nz) || 1;
        nx /= m;
        ny /= m;
        nz /= m;
        const open = strands.light[s * n + k]!;
        const shade = strands.shade[s]!;
        const end = k / (n - 1);
        const shift = (shade - 1) * 0.45;
        for (let c = 0; c < 3; c += 1) lit[i + c] = 0;
        for (const lamp of lamps) {
          const [lx, ly, lz] = lamp.direction;
          const tl = clamp(tx * lx + ty * ly + tz * lz, -1, 1);
          const sideways = Math.sqrt(1 - tl * tl);
          const facing = smoothstep(-0.25, 0.85, nx * lx + ny * ly + nz * lz);
          const [hx, hy, hz] = lamp.half;
          const th = tx * hx + ty * hy + tz * hz;
          const th1 = clamp(th + 0.07 + shift * 0.5, -1, 1);
          const th2 = clamp(th - 0.14 + shift, -1, 1);
          const first = power(1 - th1 * th1, 5);
          const second = power(1 - th2 * th2, 3);
          const gate = facing * open;
          for (let c = 0; c < 3; c += 1) {
            const base = mix(this.colour[c]!, this.tip[c]!, end) * shade;
            lit[i + c]! +=
              lamp.colour[c]! *
              gate *
              (base * (0.18 + 0.82 * sideways) * 0.85 + first * 0.055 * (0.5 + shade * 0.5) + second * base * 1.1);
          }
        }
        for (let c = 0; c < 3; c += 1) {
          const base = mix(this.colour[c]!, this.tip[c]!, end) * shade;
          lit[i + c]! += base * open * (rig.ground[c]! + (rig.sky[c]! - rig.ground[c]!) * (0.5 + 0.5 * ny));
        }
      }
    }
  }

  /** Segments from far to near, by buckets of depth. */
  private sort(): void {
    const { strands, place, order, bucket } = this;
    const n = strands.points;
    const buckets = 2048;
    let low = 1e9;
    let high = -1e9;
    for (let i = 2; i < place.length; i += 3) {
      low = Math.min(low, place[i]!);
      high = Math.max(high, place[i]!);
    }
    const f = (buckets - 1) / (high - low || 1);
    const count = new Uint32Array(buckets + 1);
    this.segments = 0;
    for (let s = 0; s < strands.count; s += 1) {
      if (this.hidden[s] === 1) continue;
      for (let k = 0; k + 1 < n; k += 1) {
        const i = (s * n + k) * 3;
        const b = Math.floor(((place[i + 2]! + place[i + 5]!) / 2 - low) * f);
        bucket[s * (n - 1) + k] = b;
        count[b + 1]! += 1;
        this.segments += 1;
      }
    }
    for (let b = 0; b < buckets; b += 1) count[b + 1]! += count[b]!;
    for (let s = 0; s < strands.count; s += 1) {
      if (this.hidden[s] === 1) continue;
      for (let g = s * (n - 1); g < (s + 1) * (n - 1); g += 1) {
        const b = bucket[g]!;
        order[count[b]!] = g;
        count[b]! += 1;
      }
    }
  }

  private draw(picture: Float32Array, width: number, height: number, buffer: GBuffer, scale: number): void {
    const { strands, place, order } = this;
    const n = strands.points;
    for (let o = 0; o < this.segments; o += 1) {
      const g = order[o]!;
      const s = Math.floor(g / (n - 1));
      const k = g - s * (n - 1);
      const i = (s * n + k) * 3;
      const dx = place[i + 3]! - place[i]!;
      const dy = place[i + 4]! - place[i + 1]!;
      if (dx * dx + dy * dy < 1e-6) continue;
      const taper = 1 - 0.75 * ((k + 0.5) / (n - 1)) ** 2;
      const wide = strands.width[s]! * scale * taper * 2;
      // Hairs thinner than a pixel are drawn a pixel wide and fainter.
      const half = Math.max(0.62, wide / 2);
      const alpha = Math.min(1, wide / (2 * half)) * 0.95 * 1.35;
      const flat = Math.abs(dx) >= Math.abs(dy);
      this.drawSegment(picture, width, height, buffer, i, half, alpha, flat, 0.1 * scale);
    }
  }

  /** Walks along the segment's longer side and covers the few pixels across it. */
  private drawSegment(
    picture: Float32Array,
    width: number,
    height: number,
    buffer: GBuffer,
    i: number,
    half: number,
    alpha: number,
    flat: boolean,
    slack: number,
  ): void {
    const { place, lit } = this;
    const u0 = flat ? place[i]! : place[i + 1]!;
    const v0 = flat ? place[i + 1]! : place[i]!;
    const du = (flat ? place[i + 3]! : place[i + 4]!) - u0;
    const dv = (flat ? place[i + 4]! : place[i + 3]!) - v0;
    const slope = dv / du;
    const across = 1 / Math.sqrt(1 + slope * slope);
    const reach = half / across;
    const limitU = flat ? width : height;
    const limitV = flat ? height : width;
    const from = Math.max(0, Math.ceil(Math.min(u0, u0 + du) - 0.5));
    const until = Math.min(limitU - 1, Math.ceil(Math.max(u0, u0 + du) - 0.5) - 1);
    const z0 = place[i + 2]!;
    const dz = place[i + 5]! - z0;
    for (let u = from; u <= until; u += 1) {
      const t = (u + 0.5 - u0) / du;
      const middle = v0 + t * dv;
      const near = (z0 + t * dz + slack) * 2;
      const r = lit[i]! + t * (lit[i + 3]! - lit[i]!);
      const g = lit[i + 1]! + t * (lit[i + 4]! - lit[i + 1]!);
      const b = lit[i + 2]! + t * (lit[i + 5]! - lit[i + 2]!);
      const first = Math.max(0, Math.ceil(middle - reach - 0.5));
      const last = Math.min(limitV - 1, Math.floor(middle + reach - 0.5));
      for (let v = first; v <= last; v += 1) {
        const x = flat ? u : v;
        const y = flat ? v : u;
        if (buffer.depth[(y * 2 + 1) * buffer.width + x * 2]! > near) continue;
        const w = Math.min(1, alpha * (1 - (Math.abs(v + 0.5 - middle) * across) / half));
        const at = (y * width + x) * 3;
        picture[at]! += w * (r - picture[at]!);
        picture[at + 1]! += w * (g - picture[at + 1]!);
        picture[at + 2]! += w * (b - picture[at + 2]!);
      }
    }
  }
}
