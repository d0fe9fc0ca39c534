import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inferenceCapabilities } from './capabilities.ts';
import { createInference } from './inference.ts';
import type { Model } from './model.ts';
import { MODEL_CONTRACTS, MODEL_IDS } from './model-contracts.ts';
import { ProbeCache } from './probe-cache.ts';
import { PackCopies } from './testing/pack-copies.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'retake-inference-'));
});
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

function pattern(model: Model, seed: number): Record<string, Float32Array> {
  const inputs = model.allocateInputs();
  for (const values of Object.values(inputs))
    for (let index = 0; index < values.length; index++) values[index] = Math.sin((index + 1) * seed) * 0.5 + 0.5;
  return inputs;
}

describe('inference', () => {
  it.each(MODEL_IDS)('runs %s with the promised outputs', async (id) => {
    await using inference = await createInference({ providers: ['cpu'] });
    const model = await inference.open(id);
    expect(await inference.open(id)).toBe(model);
    const results = await model.run(pattern(model, 0.7));
    const sizes = Object.entries(results).map(([name, values]) => [name, values.length]);
    const promised = Object.entries(MODEL_CONTRACTS[id].outputs).map(([name, shape]: [string, readonly number[]]) => {
      return [name, shape.reduce((product, size) => product * size, 1)];
    });
    expect(Object.fromEntries(sizes)).toEqual(Object.fromEntries(promised));
    for (const values of Object.values(results)) expect(values.every(Number.isFinite)).toBe(true);
    expect(results).toEqual(await model.run(pattern(model, 0.7)));
    expect(results).not.toEqual(await model.run(pattern(model, 0.9)));
  });

  it('reports what it uses and why, whatever this machine has', async () => {
    await using inference = await createInference({ probeCache: new ProbeCache(cacheFolder) });
    const model = await inference.open('expression-7');
    const [report] = await inference.report();
    expect(report).toMatchObject({ id: 'expression-7', provider: model.provider });
    expect(report!.reason.length).toBeGreaterThan(10);
    expect(report!.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same results from a pool, side by side, in the right order', async () => {
    await using alone = await createInference({ providers: ['cpu'] });
    await using inference = await createInference({ providers: ['cpu'], poolSize: 2 });
    const [model, reference] = [await inference.open('expression-7'), await alone.open('expression-7')];
    const second = await inference.open('iris');
    const seeds = [0.3, 0.5, 0.7, 1.1, 1.3, 1.7];
    const results = await Promise.all([
      ...seeds.map((seed) => model.run(pattern(model, seed))),
      second.run(pattern(second, 0.4)),
    ]);
    for (const [index, seed] of seeds.entries())
      expect(results[index]).toEqual(await reference.run(pattern(reference, seed)));
    expect(results.at(-1)!['eye']).toHaveLength(228);
  });

  it('gives the same results on a thread beside the caller, one such thread per model, and ends it after its runs', async () => {
    const inference = await createInference({ providers: ['cpu'] });
    const [model, aside] = [await inference.open('iris'), await inference.openAside('iris')];
    expect(aside).not.toBe(model);
    expect(await inference.openAside('iris')).toBe(aside);
    expect(await aside.run(pattern(aside, 0.7))).toEqual(await model.run(pattern(model, 0.7)));
    const [expected, late] = [await model.run(pattern(model, 0.3)), aside.run(pattern(aside, 0.3))];
    await inference[Symbol.asyncDispose]();
    expect(await late).toEqual(expected);
    await expect(aside.run(pattern(aside, 0.3))).rejects.toMatchObject({ code: 'inference-failed' });
  });

  it('keeps to its pool or accelerator where there is one', async () => {
    await using inference = await createInference({ providers: ['cpu'], poolSize: 2 });
    expect(await inference.openAside('iris')).toBe(await inference.open('iris'));
  });

  it('refuses a damaged model in a pool as well', async () => {
    using packs = new PackCopies().copy('expression-7').copy('iris');
    packs.replace('expression-7', 'expression-7.onnx', packs.read('iris', 'iris.onnx'), true);
    await using inference = await createInference({ providers: ['cpu'], poolSize: 2, packFolders: packs.folders });
    await expect(inference.open('expression-7')).rejects.toMatchObject({ code: 'model-damaged' });
  });

  it.each([0, 1.5, 65, Number.NaN])('refuses a pool of %d threads', async (poolSize) => {
    await expect(createInference({ poolSize })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('does not grow with the number of runs', async () => {
    await using inference = await createInference({ providers: ['cpu'] });
    const model = await inference.open('expression-7');
    const [inputs, outputs] = [pattern(model, 0.7), model.allocateOutputs()];
    for (let run = 0; run < 200; run++) await model.run(inputs, outputs);
    const before = process.memoryUsage.rss();
    for (let run = 0; run < 1000; run++) await model.run(inputs, outputs);
    expect(process.memoryUsage.rss() - before).toBeLessThan(24 * 2 ** 20);
  });
});

describe('inferenceCapabilities', () => {
  it('tells what the machine has', async () => {
    const found = await inferenceCapabilities();
    expect(found.onnxRuntime).toMatch(/^\d+\.\d+\.\d+/);
    expect(found.threads).toBeGreaterThan(0);
    expect(found.providers.at(-1)).toMatchObject({ id: 'cpu', bundled: true, usable: true, error: 0 });
    for (const provider of found.providers) expect(provider.detail.length).toBeGreaterThan(5);
    expect(found.packs.filter(({ origin }) => origin === 'bundled').every(({ problem }) => problem === null)).toBe(
      true,
    );
  });
});
