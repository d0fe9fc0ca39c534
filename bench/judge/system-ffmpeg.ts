import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A decoded picture: interleaved 8-bit RGB, upright. */
export interface RgbFrame {
  /** Number of the picture in the file, from 0, in presentation order. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Which pictures to decode. */
export interface DecodeOptions {
  /** Exactly these picture numbers (ascending); all when left out. */
  readonly only?: readonly number[];
  /** Stop after this picture number (exclusive). */
  readonly until?: number;
}

/**
 * Decodes with the system's ffmpeg, which the product does not use, so that a fault of the product's own decoder
 * cannot hide itself. Every coded picture comes once, whatever its timestamps; rotation metadata is applied.
 *
 * @throws Error with ffmpeg's own words when it fails or is not installed.
 */
export async function* decodeRgb(path: string, options: DecodeOptions = {}): AsyncGenerator<RgbFrame> {
  const { only } = options;
  const until = only ? (only.at(-1) ?? -1) + 1 : options.until;
  const args = ['-v', 'error', '-nostdin', '-i', path, '-map', '0:v:0', '-an'];
  const filters = only ? [`select='${selection(only)}'`] : [];
  filters.push('scale=flags=bicubic+accurate_rnd+full_chroma_int');
  args.push('-vf', filters.join(','));
  const count = only ? only.length : until;
  if (count !== undefined) args.push('-frames:v', String(count));
  args.push('-fps_mode', 'passthrough', '-f', 'image2pipe', '-c:v', 'ppm', '-pix_fmt', 'rgb24', '-');
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  ended.catch(() => undefined);
  let position = 0;
  try {
    for await (const picture of portablePixmaps(child.stdout)) {
      yield { ...picture, index: only ? only[position]! : position };
      position++;
    }
    const code = await ended;
    if (code !== 0 || position === 0) throw new Error(`ffmpeg (${code}) on ${path}: ${words.trim() || 'no picture'}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** `select` expression for ascending picture numbers; runs become one `between`. */
function selection(only: readonly number[]): string {
  const terms: string[] = [];
  for (let i = 0; i < only.length; ) {
    let j = i;
    while (j + 1 < only.length && only[j + 1] === only[j]! + 1) j++;
    terms.push(i === j ? `eq(n,${only[i]})` : `between(n,${only[i]},${only[j]})`);
    i = j + 1;
  }
  return terms.join('+').replaceAll(',', '\\,');
}

async function* portablePixmaps(stream: Readable): AsyncGenerator<Omit<RgbFrame, 'index'>> {
  let header = Buffer.alloc(0);
  let size: { width: number; height: number } | undefined;
  let body = new Uint8Array(0);
  let filled = 0;
  for await (const piece of stream) {
    let chunk = piece as Buffer;
    while (chunk.length > 0) {
      if (!size) {
        header = Buffer.concat([header, chunk]);
        const match = /^P6\n(\d+) (\d+)\n255\n/.exec(header.subarray(0, 40).toString('latin1'));
        if (!match) break;
        size = { width: Number(match[1]), height: Number(match[2]) };
        body = new Uint8Array(size.width * size.height * 3);
        filled = 0;
        chunk = header.subarray(match[0].length);
        header = Buffer.alloc(0);
        continue;
      }
      const take = Math.min(chunk.length, body.length - filled);
      body.set(chunk.subarray(0, take), filled);
      filled += take;
      chunk = chunk.subarray(take);
      if (filled === body.length) {
        yield { ...size, rgb: body };
        size = undefined;
      }
    }
  }
}

/** Presentation times in seconds of every coded picture of the first video stream, ascending, first at 0. */
export async function pictureTimes(path: string): Promise<number[]> {
  const text = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path],
  ]);
  const times = text
    .split('\n')
    .map((line) => Number.parseFloat(line))
    .filter((time) => Number.isFinite(time))
    .sort((a, b) => a - b);
  const first = times[0] ?? 0;
  return times.map((time) => time - first);
}

/** Runs a program and returns what it printed. @throws Error with its words when it fails. */
export function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let words = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${program} (${code}): ${words.trim()}`)),
    );
  });
}
