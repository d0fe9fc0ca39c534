import { existsSync } from 'node:fs';
import type { ServiceContext } from '../../../contract/progress.ts';
import type { MediaItem } from '../../../core/document/schema.ts';
import { RetakeError, throwIfCancelled } from '../../../core/errors.ts';
import { createVideoWriter, openVideo, PictureScaler } from '../../media/index.ts';
import type { CacheFolder } from '../../store/index.ts';

/** Pictures smaller than this (pixels) decode and compose quickly enough as they are. */
const WORTH_PIXELS = 1280 * 720;
/** One size of proxy: a preview is half of it or less. */
const FACTOR = 2;

const keyOf = (media: MediaItem): string => `${media.fingerprint} 1/${FACTOR} prores`;

/** Smaller copies of media with every frame decodable by itself, for scrubbing; in the cache, made again when gone. */
export class Proxies {
  readonly #cache: CacheFolder;

  constructor(cache: CacheFolder) {
    this.#cache = cache;
  }

  /** Whether a proxy would make previews of this item quicker. */
  static worthwhile(media: MediaItem): boolean {
    return media.kind === 'file' && media.hasVideo && media.width * media.height >= WORTH_PIXELS;
  }

  /** The proxy for previews at 1 / `factor`, where it is there. */
  path(media: MediaItem, factor: number): string | undefined {
    if (factor < FACTOR || media.fingerprint === null) return undefined;
    const path = this.#cache.pathOf('proxy', keyOf(media), '.mov');
    return existsSync(path) ? path : undefined;
  }

  /** Makes the proxy unless it is there. Gives its path. Throws what reading and writing throw, `cancelled`. */
  async make(media: MediaItem, context: ServiceContext = {}): Promise<string> {
    if (media.path === null || media.fingerprint === null)
      throw new RetakeError('not-found', `${media.name} has no file. Relink it first.`, { media: media.id });
    return await this.#cache.make('proxy', keyOf(media), '.mov', async (path) => {
      await using source = await openVideo(media.path!);
      const { width, height, layout, colour } = source.info.video;
      const size = { width: half(width), height: half(height) };
      using scaler = new PictureScaler({ width, height, layout, colour }, { ...size, layout, colour });
      await using writer = await createVideoWriter(path, {
        preset: 'prores422hq',
        ...size,
        rate: source.rate,
        layout,
        colour,
        ...(context.signal ? { signal: context.signal } : {}),
      });
      let done = 0;
      for await (const frame of source.frames()) {
        throwIfCancelled(context.signal);
        await writer.write(scaler.convert(frame.picture));
        frame.release();
        done += 1;
        context.onProgress?.({ stage: 'prepare', label: 'Making a preview copy', done, total: source.frameCount });
      }
      await writer.finish();
    });
  }
}

const half = (pixels: number): number => Math.max(2, (Math.round(pixels / FACTOR) >> 1) << 1);
