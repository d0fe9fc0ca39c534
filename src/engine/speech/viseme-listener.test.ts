import { describe, expect, it } from 'vitest';
import { VISEME_COUNT } from '../../core/speech.ts';
import type { Inference } from '../inference/index.ts';
import { type Hearing, VisemeListener } from './viseme-listener.ts';

const CURVES = 4;

/** Networks that give one viseme a share and all others the rest, and one opening of the mouth; and what was opened. */
function networks(shares: Readonly<Record<string, { viseme: number; share: number; curve: number }>>) {
  const opened: string[] = [];
  const allocateOutputs = (): Hearing => ({
    visemes: new Float32Array(VISEME_COUNT),
    curves: new Float32Array(CURVES),
  });
  const open = async (id: string) => {
    opened.push(id);
    const { viseme, share, curve } = shares[id]!;
    const run = async (_: object, out: Hearing): Promise<Hearing> => {
      out.visemes.fill((1 - share) / (VISEME_COUNT - 1));
      out.visemes[viseme] = share;
      out.curves.fill(curve);
      return out;
    };
    return { allocateOutputs, run };
  };
  return { inference: { open } as unknown as Inference, opened };
}

const BOTH = {
  viseme: { viseme: 3, share: 0.6, curve: 0.2 },
  'viseme-noise': { viseme: 5, share: 0.9, curve: 0.8 },
};

async function heard(noise: number, inference: Inference, listener?: VisemeListener): Promise<Hearing> {
  const ear = listener ?? (await VisemeListener.open(inference));
  ear.begin();
  await ear.hear(new Float32Array(64), 0.5, noise);
  await ear.hear(new Float32Array(64), 0.5, noise);
  return ear.finish();
}

describe('VisemeListener', () => {
  it('asks one network where it is quiet, and gives what it says', async () => {
    const { inference, opened } = networks(BOTH);
    const { visemes, curves } = await heard(0, inference);
    expect(opened).toEqual(['viseme']);
    expect(visemes[3]).toBeCloseTo(0.6, 5);
    expect(curves[0]).toBeCloseTo(0.2, 5);
  });

  it('asks the second one where it is noisy, the more the noisier, and opens it once', async () => {
    const { inference, opened } = networks(BOTH);
    const listener = await VisemeListener.open(inference);
    const half = (await heard(0.5, inference, listener)).curves[0]!;
    const { visemes, curves } = await heard(1, inference, listener);
    expect(opened).toEqual(['viseme', 'viseme-noise']);
    expect(half).toBeGreaterThan(0.2 + 0.05);
    expect(curves[0]).toBeGreaterThan(half + 0.05);
    expect(visemes[5]).toBeGreaterThan(visemes[3]!);
    expect(visemes.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });
});
