import { statSync, writeFileSync } from 'node:fs';
import { RetakeError } from '../../../core/errors.ts';
import { waveFile } from '../../../core/wave-file.ts';
import { readAudio } from '../../media/index.ts';
import { CacheFolder } from '../../store/index.ts';
import type { PictureImages } from './picture-images.ts';
import { ThumbnailReader } from './thumbnail-reader.ts';

const SOUND_RATE = 48_000;
const PEAK_SOURCE_RATE = 12_000;

/** Samples from second 0 of the media on, of a track that begins at `lead`: silence before it, or its first ones left out. */
function fromMediaStart(samples: Float32Array, lead: number): Float32Array {
  const aligned = new Float32Array(Math.max(0, samples.length + lead));
  aligned.set(lead >= 0 ? samples : samples.subarray(-lead), Math.max(0, lead));
  return aligned;
}

/** Least and greatest sample (as -127..127) of each of `perSecond` stretches a second. */
export function peaksOf(samples: Float32Array, rate: number, perSecond: number): Int8Array {
  const count = Math.ceil((samples.length * perSecond) / rate);
  const peaks = new Int8Array(count * 2);
  for (let bin = 0; bin < count; bin++) {
    const until = Math.min(samples.length, Math.ceil(((bin + 1) * rate) / perSecond));
    let low = 1;
    let high = -1;
    for (let i = Math.floor((bin * rate) / perSecond); i < until; i++) {
      const value = samples[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    peaks[bin * 2] = Math.round(Math.max(-1, Math.min(1, low)) * 127);
    peaks[bin * 2 + 1] = Math.round(Math.max(-1, Math.min(1, high)) * 127);
  }
  return peaks;
}

/** Thumbnails, waveforms and sound of media files, made when first asked for and kept in a cache. */
export class MediaPreviews implements AsyncDisposable {
  readonly #cache: CacheFolder;
  readonly #images: PictureImages;
  readonly #reader: ThumbnailReader;
  readonly #making = new Map<string, Promise<string>>();

  /** `urgent`: whether somebody waits for a frame of a film, which comes before thumbnails. */
  constructor(folder: string, images: PictureImages, urgent: () => boolean) {
    this.#cache = new CacheFolder(folder);
    this.#images = images;
    this.#reader = new ThumbnailReader(urgent);
  }

  #key(path: string, detail: string): string {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) throw new RetakeError('file-not-found', `${path} is not there any more. Relink it.`, { path });
    return `${path} ${found.size} ${found.mtimeMs} ${detail}`;
  }

  /** Makes a file once, however many ask for it at once. */
  async #file(kind: string, key: string, extension: string, make: (path: string) => Promise<void>): Promise<string> {
    const name = `${kind} ${key}`;
    const running = this.#making.get(name) ?? this.#cache.make(kind, key, extension, make);
    this.#making.set(name, running);
    try {
      return await running;
    } finally {
      this.#making.delete(name);
    }
  }

  /** Path of a JPEG file of a frame, `width` pixels wide. Frames beyond the end give the last one. */
  thumbnail(path: string, frame: number, width: number): Promise<string> {
    return this.#file('thumbnails', this.#key(path, `${frame} ${width}`), '.jpg', async (out) => {
      const decoded = await this.#reader.read(path, frame);
      try {
        const { bytes } = await this.#images.jpeg(decoded.picture, width);
        writeFileSync(out, bytes);
      } finally {
        decoded.release();
      }
    });
  }

  /** Path of a WAV file of the first sound track; second 0 of it is second 0 of the media. */
  sound(path: string): Promise<string> {
    return this.#file('sound', this.#key(path, ''), '.wav', async (out) => {
      const { channels, startSeconds } = await readAudio(path, { sampleRate: SOUND_RATE, channels: 2 });
      const lead = Math.round(startSeconds * SOUND_RATE);
      const aligned = channels.map((samples) => fromMediaStart(samples, lead));
      writeFileSync(out, waveFile(aligned, SOUND_RATE, 'int16'));
    });
  }

  /** Path of the peaks of the first sound track, see {@link peaksOf}; bin 0 begins at second 0 of the media. */
  peaks(path: string, perSecond: number): Promise<string> {
    return this.#file('peaks', this.#key(path, String(perSecond)), '.peaks', async (out) => {
      const { channels, startSeconds } = await readAudio(path, { sampleRate: PEAK_SOURCE_RATE, channels: 1 });
      const lead = Math.round(startSeconds * PEAK_SOURCE_RATE);
      writeFileSync(out, peaksOf(fromMediaStart(channels[0]!, lead), PEAK_SOURCE_RATE, perSecond));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#making.values());
    await this.#reader[Symbol.asyncDispose]();
  }
}
