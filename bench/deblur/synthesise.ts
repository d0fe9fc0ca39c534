import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A clip to blur. */
export interface BlurRecipe {
  readonly source: string;
  /** Part of the source that is used, in its pixels: x, y, width, height; the picture is made `width` x `height` of it. */
  readonly crop: readonly [number, number, number, number];
  readonly width: number;
  readonly height: number;
  /** First source frame and number of source frames that are read. */
  readonly first: number;
  readonly count: number;
  /** Sub-frames per source frame, even. */
  readonly upsampling: number;
  /** `motion` follows what moves; `hold` repeats frames, for still faces that only the camera's shake blurs. */
  readonly between: 'motion' | 'hold';
  /** Camera shake in pixels of its wider swings; 0 leaves the camera as it was. */
  readonly shake: number;
  readonly seed: number;
  /** Quality of the blurred file, H.264's CRF; 20 when left out. */
  readonly crf?: number;
  /** Noise of the blurred film in levels (FFmpeg's `noise` filter), anew in every frame; none when left out. */
  readonly noise?: number;
}

/** Sharp frames and their blurred copies. */
export interface BlurPair {
  readonly sharp: string;
  readonly blurred: ReadonlyMap<number, string>;
  readonly frames: number;
}

/** The curve that the files are tagged with. */
const toLight = Float32Array.from({ length: 256 }, (_, v) => {
  const c = v / 255;
  return c < 0.081 ? c / 4.5 : ((c + 0.099) / 1.099) ** (1 / 0.45);
});
const fromLight = Uint8Array.from({ length: 16385 }, (_, i) => {
  const c = i / 16384;
  return Math.round(255 * (c < 0.018 ? c * 4.5 : 1.099 * c ** 0.45 - 0.099));
});

/** Where the shaken camera looks at sub-frame time t (in frames of the result): a sum of a few slow and quick waves. */
function shakeAt(t: number, { shake, seed }: BlurRecipe): [number, number, number] {
  if (shake === 0) return [0, 0, 0];
  // The camera rests now and then, so that some frames stay sharp.
  const lively = 0.5 - 0.5 * Math.cos((2 * Math.PI * (t + 3 * seed)) / 23);
  const wave = (k: number): number =>
    Math.sin(2 * Math.PI * (t / (9.3 + 1.7 * k) + 0.37 * k * seed)) +
    0.3 * Math.sin(2 * Math.PI * (t / (5.1 + 0.9 * k) + 0.73 * k + 0.11 * seed));
  return [lively * shake * wave(0), lively * shake * wave(1), lively * 0.012 * wave(2)];
}

function cubic(t: number): [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [-0.5 * t + t2 - 0.5 * t3, 1 - 2.5 * t2 + 1.5 * t3, 0.5 * t + 2 * t2 - 1.5 * t3, -0.5 * t2 + 0.5 * t3];
}

/** Adds a sub-frame, moved and turned, to the sum of light; at the camera's rest it is added as it is. */
function addMoved(rgb: Uint8Array, sum: Float32Array, w: number, h: number, move: [number, number, number]): void {
  const [mx, my, angle] = move;
  if (mx === 0 && my === 0 && angle === 0) {
    for (let i = 0; i < sum.length; i++) sum[i]! += toLight[rgb[i]!]!;
    return;
  }
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const sx = c * (x - w / 2) - s * (y - h / 2) + w / 2 + mx;
      const sy = s * (x - w / 2) + c * (y - h / 2) + h / 2 + my;
      const ix = Math.floor(sx);
      const iy = Math.floor(sy);
      const kx = cubic(sx - ix);
      const ky = cubic(sy - iy);
      const to = (y * w + x) * 3;
      for (let j = 0; j < 4; j++) {
        const row = Math.max(0, Math.min(h - 1, iy + j - 1)) * w;
        for (let i = 0; i < 4; i++) {
          const at = (row + Math.max(0, Math.min(w - 1, ix + i - 1))) * 3;
          const k = ky[j]! * kx[i]!;
          sum[to]! += k * toLight[rgb[at]!]!;
          sum[to + 1]! += k * toLight[rgb[at + 1]!]!;
          sum[to + 2]! += k * toLight[rgb[at + 2]!]!;
        }
      }
    }
}

function encoder(path: string, w: number, h: number, quality: readonly string[], noise = 0) {
  const child = spawn(
    'ffmpeg',
    [
      ...[
        '-v',
        'error',
        '-nostdin',
        '-y',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'rgb24',
        '-s',
        `${w}x${h}`,
        '-r',
        '25',
        '-i',
        '-',
      ],
      ...[
        '-vf',
        `scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int${noise > 0 ? `,noise=alls=${noise}:allf=t` : ''}`,
        '-pix_fmt',
        'yuv420p',
      ],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      ...['-c:v', 'libx264', '-threads', '1', ...quality, path],
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(child, 'close');
  return {
    async write(rgb: Uint8Array): Promise<void> {
      if (!child.stdin.write(rgb)) await once(child.stdin, 'drain');
    },
    async end(): Promise<void> {
      child.stdin.end();
      const [code] = (await ended) as [number];
      if (code !== 0) throw new Error(`ffmpeg (${code}) could not write ${path}`);
    },
  };
}

async function* subFrames(recipe: BlurRecipe): AsyncGenerator<Uint8Array> {
  const { width, height, source, first, count, upsampling, crop } = recipe;
  const filters = [
    `trim=start_frame=${first}:end_frame=${first + count}`,
    'setpts=N/25/TB',
    `crop=${crop[2]}:${crop[3]}:${crop[0]}:${crop[1]}`,
    ...(crop[2] === width ? [] : [`scale=${width}:${height}:flags=area`]),
    ...(recipe.between === 'motion'
      ? [`minterpolate=fps=${(25 * upsampling) / 2}:mi_mode=mci:mc_mode=aobmc:me_mode=bidir:me=epzs:scd=none`]
      : []),
  ];
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-nostdin', '-r', '25', '-i', source, '-map', '0:v:0', '-an', '-vf', filters.join(',')],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const bytes = width * height * 3;
  let frame = new Uint8Array(bytes);
  let filled = 0;
  let last: Uint8Array | null = null;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>)
    for (let from = 0; from < chunk.length; ) {
      const take = Math.min(bytes - filled, chunk.length - from);
      frame.set(chunk.subarray(from, from + take), filled);
      filled += take;
      from += take;
      if (filled < bytes) continue;
      // Motion is interpolated at half the rate, which is slow enough; what lies between is the mean of two.
      if (recipe.between === 'motion' && last) yield last.map((value, i) => (value + frame[i]! + 1) >> 1);
      // A held frame stays for half its time before and after its moment.
      const held = recipe.between === 'motion' ? 1 : last ? upsampling : upsampling / 2;
      for (let copy = 0; copy < held; copy++) yield frame;
      last = frame;
      frame = new Uint8Array(bytes);
      filled = 0;
    }
}

/**
 * Blurs a clip as a camera would: frames are interpolated in time (FFmpeg's minterpolate, which the product does not use),
 * moved by the camera's shake, and `lengths[i]` of them averaged in linear light about each frame that is kept; then coded
 * as H.264 at CRF 20. The sharp frame is the one in the middle, coded without loss. Kept in `out` for the next run.
 */
export async function synthesise(recipe: BlurRecipe, lengths: readonly number[], out: string): Promise<BlurPair> {
  const { width: w, height: h, upsampling: step } = recipe;
  const sharp = `${out}.sharp.mp4`;
  const blurred = new Map(lengths.map((n) => [n, `${out}.blur${n}.mp4`]));
  const longest = Math.max(...lengths);
  // A kept frame is one that the source holds, in the middle of its exposures.
  const first = Math.ceil((longest >> 1) / step) * step;
  const frames = Math.floor(((recipe.count - 1) * step - first - (longest >> 1)) / step);
  if (existsSync(sharp) && [...blurred.values()].every((path) => existsSync(path))) return { sharp, blurred, frames };
  await mkdir(dirname(out), { recursive: true });
  const part = (path: string): string => path.replace(/\.mp4$/, '.part.mp4');
  const sharpOut = encoder(part(sharp), w, h, ['-preset', 'ultrafast', '-qp', '0']);
  const outs = lengths.map((n) =>
    encoder(part(blurred.get(n)!), w, h, ['-preset', 'medium', '-crf', String(recipe.crf ?? 20)], recipe.noise),
  );
  // Exposures may overlap: per length, the sums of those that are open.
  const sums = lengths.map(() => new Map<number, Float32Array>());
  const one = new Float32Array(w * h * 3);
  const coded = new Uint8Array(w * h * 3);
  const code = (sum: Float32Array, n: number): Uint8Array => {
    for (let i = 0; i < sum.length; i++)
      coded[i] = fromLight[Math.max(0, Math.min(16384, Math.round((16384 * sum[i]!) / n)))]!;
    return coded;
  };
  let index = 0;
  let written = 0;
  for await (const rgb of subFrames(recipe)) {
    // The middle of frame k lies at sub-frame first + k * step.
    const place = index - first;
    const near = Math.round(place / step);
    index++;
    if (Math.abs(place - near * step) > longest >> 1) continue;
    one.fill(0);
    addMoved(rgb, one, w, h, shakeAt((index - 1) / step, recipe));
    const middle = place / step;
    if (Number.isInteger(middle) && middle >= 0 && middle < frames) await sharpOut.write(code(one, 1).slice());
    for (const [i, n] of lengths.entries()) {
      const half = n >> 1;
      for (let k = Math.max(0, Math.ceil((place - half) / step)); k < frames && k * step <= place + half; k++) {
        let sum = sums[i]!.get(k);
        if (!sum) {
          sum = new Float32Array(w * h * 3);
          sums[i]!.set(k, sum);
        }
        for (let j = 0; j < sum.length; j++) sum[j]! += one[j]!;
        if (place !== k * step + half) continue;
        await outs[i]!.write(code(sum, n).slice());
        sums[i]!.delete(k);
        if (n === longest) written++;
      }
    }
  }
  await sharpOut.end();
  for (const encoding of outs) await encoding.end();
  if (written !== frames) throw new Error(`${recipe.source}: ${written} frames came of ${frames}`);
  await rename(part(sharp), sharp);
  for (const path of blurred.values()) await rename(part(path), path);
  return { sharp, blurred, frames };
}
