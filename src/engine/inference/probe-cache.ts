import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder, writeCacheFile } from './cache-folder.ts';
import { deviceKey } from './device-key.ts';
import { type ProbeAnswer, probeAnswerSchema } from './probe-protocol.ts';
import type { ProviderId } from './providers.ts';

/** What was found out is tried again after this long, in case the key misses a change. */
const LIFETIME_MS = 30 * 24 * 3600 * 1000;

const fileSchema = z.strictObject({
  device: z.string(),
  since: z.number(),
  answers: z.record(z.string(), probeAnswerSchema),
});

type CacheFile = z.infer<typeof fileSchema>;

/** Remembers probe answers between runs, for one state of runtime and drivers. */
export class ProbeCache {
  readonly #path: string;
  readonly #device: string;

  constructor(folder: string = cacheFolder(), device: string = deviceKey()) {
    this.#path = join(folder, 'providers.json');
    this.#device = device;
  }

  #read(): CacheFile {
    try {
      const file = fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      if (file.device === this.#device && Date.now() - file.since < LIFETIME_MS) return file;
    } catch {
      // Missing, damaged or from another version: nothing is known yet.
    }
    return { device: this.#device, since: Date.now(), answers: {} };
  }

  /**
   * The answer for a provider and a model (by the hash of its network), if known. A provider that could not be set up
   * for one model is not tried for others.
   */
  get(provider: ProviderId, sha256: string): ProbeAnswer | undefined {
    const { answers } = this.#read();
    return answers[provider] ?? answers[`${provider} ${sha256}`];
  }

  /** Remembers an answer. */
  set(provider: ProviderId, sha256: string, answer: ProbeAnswer): void {
    // Read again: another process may have written meanwhile.
    const file = this.#read();
    const key = answer.outcome === 'unavailable' ? provider : `${provider} ${sha256}`;
    const answers = { ...file.answers, [key]: answer };
    writeCacheFile(this.#path, `${JSON.stringify({ ...file, answers }, null, 2)}\n`);
  }
}
