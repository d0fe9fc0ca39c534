import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Judge, type JudgedFace, judgeVersion, openJudge } from './face-api.ts';
import type { RgbFrame } from './system-ffmpeg.ts';

interface CacheFile {
  readonly version: string;
  readonly frames: Record<string, JudgedFace[]>;
}

let judge: Promise<Judge> | undefined;

/** Verdicts on the pictures of one file, kept between runs under the file's hash: the same bytes are judged once. */
export class Verdicts {
  readonly #path: string;
  readonly #frames: Record<string, JudgedFace[]>;
  #changed = 0;
  /** Pictures judged anew by this object (the rest came from the cache). */
  judged = 0;

  private constructor(path: string, frames: Record<string, JudgedFace[]>) {
    this.#path = path;
    this.#frames = frames;
  }

  /** Opens the verdicts on a file. */
  static async open(file: string): Promise<Verdicts> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    const folder = join(tmpdir(), 'retake-judge');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${hash.digest('hex').slice(0, 32)}.json`);
    let frames: Record<string, JudgedFace[]> = {};
    try {
      const stored = JSON.parse(await readFile(path, 'utf8')) as CacheFile;
      if (stored.version === judgeVersion) frames = stored.frames;
    } catch {
      // No cache yet, or one that another process was writing: everything is judged anew.
    }
    return new Verdicts(path, frames);
  }

  /** Faces of one picture, largest first. */
  async faces(frame: RgbFrame): Promise<readonly JudgedFace[]> {
    const known = this.#frames[frame.index];
    if (known) return known;
    judge ??= openJudge();
    const faces = await (await judge).faces(frame.rgb, frame.width, frame.height);
    this.#frames[frame.index] = faces;
    this.judged++;
    this.#changed++;
    if (this.#changed >= 50) await this.save();
    return faces;
  }

  /** Faces of a picture already judged, without its pixels. */
  known(index: number): readonly JudgedFace[] | undefined {
    return this.#frames[index];
  }

  /** Writes what was judged anew. */
  async save(): Promise<void> {
    if (this.#changed === 0) return;
    this.#changed = 0;
    const temporary = `${this.#path}.${process.pid}`;
    await writeFile(temporary, JSON.stringify({ version: judgeVersion, frames: this.#frames } satisfies CacheFile));
    await rename(temporary, this.#path);
  }
}
