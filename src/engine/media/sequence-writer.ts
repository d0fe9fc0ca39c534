import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PresetId } from '../../contract/presets.ts';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import type { Picture } from '../../core/picture.ts';
import { fileWriteError } from './av-error.ts';
import { ExrFrameEncoder } from './exr-frames.ts';
import type { PartialOutput } from './partial-output.ts';
import type { SequencePreset } from './presets.ts';
import { PngEncoder } from './still-image.ts';
import type { VideoWriter, VideoWriterOptions, WriteReport } from './writer-types.ts';

/** Name of frame `number` in a sequence: `frame-000001.png`. Numbers start with 1. */
export function sequenceFileName(number: number, extension: string): string {
  return `frame-${String(number).padStart(6, '0')}.${extension}`;
}

/** Encodes pictures of one output into files of one image format. */
export interface ImageEncoder extends Disposable {
  readonly name: string;
  readonly pixelFormat: string;
  readonly conversion: string | null;
  encode(picture: Picture): Promise<Uint8Array>;
}

function imageEncoder(preset: SequencePreset, options: VideoWriterOptions): ImageEncoder {
  return preset.image === 'png' ? new PngEncoder(options) : new ExrFrameEncoder(options);
}

/** Writes one image per frame into a folder that appears when it is complete. Sound is left to the clip it came from. */
export class SequenceWriter implements VideoWriter {
  readonly path: string;
  readonly preset: PresetId;
  private readonly output: PartialOutput;
  private readonly kind: SequencePreset;
  private readonly options: VideoWriterOptions;
  private readonly encoder: ImageEncoder;
  private frames = 0;
  private bytes = 0;
  private state: 'open' | 'finished' | 'aborted' = 'open';
  private busy: Promise<unknown> = Promise.resolve();

  constructor(output: PartialOutput, preset: SequencePreset, options: VideoWriterOptions) {
    this.path = output.path;
    this.preset = preset.id;
    this.output = output;
    this.kind = preset;
    this.options = options;
    this.encoder = imageEncoder(preset, options);
  }

  write(picture: Picture): Promise<void> {
    return this.exclusively(async () => {
      throwIfCancelled(this.options.signal);
      const bytes = await this.encoder.encode(picture);
      const name = sequenceFileName(++this.frames, this.kind.image);
      await writeFile(join(this.output.partial, name), bytes).catch((error: unknown) =>
        Promise.reject(fileWriteError(error, this.path)),
      );
      this.bytes += bytes.byteLength;
    });
  }

  finish(): Promise<WriteReport> {
    return this.exclusively(async () => {
      throwIfCancelled(this.options.signal);
      if (this.frames === 0)
        throw new RetakeError('invalid-range', `Not one frame was written to ${this.path}.`, { path: this.path });
      await this.output.commit();
      this.state = 'finished';
      this.encoder[Symbol.dispose]();
      return {
        path: this.path,
        preset: this.preset,
        frames: this.frames,
        bytes: this.bytes,
        encoder: this.encoder.name,
        hardware: false,
        pixelFormat: this.encoder.pixelFormat,
        conversion: this.encoder.conversion,
        audio: [],
        notes: this.options.sourceForAudio ? ['Image sequences carry no sound.'] : [],
      };
    });
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.busy.then(async () => {
      if (this.state !== 'open') throw new RetakeError('internal', `${this.path} is finished already.`);
      try {
        return await work();
      } catch (error) {
        await this.destroy();
        throw error;
      }
    });
    this.busy = result.catch(() => undefined);
    return result;
  }

  private async destroy(): Promise<void> {
    this.state = 'aborted';
    this.encoder[Symbol.dispose]();
    await this.output.discard();
  }

  async abort(): Promise<void> {
    await this.busy;
    if (this.state === 'open') await this.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }
}
