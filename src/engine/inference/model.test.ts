import { describe, expect, it } from 'vitest';
import { Model } from './model.ts';
import type { PackManifest } from './pack-manifest.ts';
import type { ProviderId } from './providers.ts';
import type { Session, TensorMap } from './session.ts';

const port = (name: string): PackManifest['inputs'][number] => ({
  name,
  shape: [1, 2],
  layout: 'N,value',
  meaning: 'm',
});
const manifest: PackManifest = {
  format: 1,
  id: 'test',
  version: '1.0.0',
  task: 'test',
  title: 'Test',
  entry: 'test.onnx',
  files: [{ name: 'test.onnx', sha256: 'f'.repeat(64), bytes: 1 }],
  inputs: [port('in')],
  outputs: [port('out')],
  indices: {},
  source: { package: 'p', version: '1', file: 'f' },
  licences: { code: 'c', weights: 'w', data: 'd' },
  card: 'card',
};

/** A session that doubles its input, or fails, and counts what is done with it. */
class TestSession implements Session {
  readonly provider: ProviderId;
  readonly #failure: string | null;
  runs = 0;
  disposals = 0;

  constructor(provider: ProviderId, failure: string | null = null) {
    this.provider = provider;
    this.#failure = failure;
  }

  async run(inputs: TensorMap, outputs: TensorMap): Promise<void> {
    this.runs += 1;
    if (this.#failure !== null) throw new Error(this.#failure);
    inputs['in']!.forEach((value, index) => {
      outputs['out']![index] = 2 * value;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposals += 1;
  }
}

const input = { in: Float32Array.of(1, 2) };

describe('Model', () => {
  it('writes into the given outputs, or into new ones', async () => {
    const model = new Model(manifest, new TestSession('cpu'), 'because', async () => new TestSession('cpu'));
    const outputs = model.allocateOutputs();
    expect(await model.run(input, outputs)).toBe(outputs);
    expect(outputs['out']).toEqual(Float32Array.of(2, 4));
    const fresh = await model.run(input);
    expect(fresh['out']).toEqual(outputs['out']);
    expect(fresh['out']).not.toBe(outputs['out']);
    expect(model.report()).toEqual({
      id: 'test',
      version: '1.0.0',
      sha256: 'f'.repeat(64),
      provider: 'cpu',
      reason: 'because',
    });
  });

  it.each([
    ['a missing input', {}, undefined],
    ['an input of another size', { in: new Float32Array(3) }, undefined],
    ['a missing output', input, {}],
    ['an output of another size', input, { out: new Float32Array(1) }],
  ])('refuses %s', async (_what, inputs, outputs) => {
    const model = new Model(manifest, new TestSession('cpu'), 'because', async () => new TestSession('cpu'));
    await expect(model.run(inputs, outputs)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('moves to the processor when an accelerator fails, once for many runs, and reports it', async () => {
    const broken = new TestSession('webgpu', 'device lost');
    const opened: TestSession[] = [];
    const model = new Model(manifest, broken, 'trial run passed', async (provider) => {
      opened.push(new TestSession(provider));
      return opened.at(-1)!;
    });
    expect(model.provider).toBe('webgpu');
    const results = await Promise.all([model.run(input), model.run(input), model.run(input)]);
    for (const result of results) expect(result['out']).toEqual(Float32Array.of(2, 4));
    expect(opened).toHaveLength(1);
    expect(broken.disposals).toBe(1);
    expect(model.provider).toBe('cpu');
    expect(model.report().reason).toBe('webgpu failed at run time (device lost); the processor took over');
    await model.run(input);
    expect(broken.runs).toBe(3);
    expect(opened[0]!.runs).toBe(4);
  });

  it('fails with a code when the processor fails too', async () => {
    const model = new Model(manifest, new TestSession('cpu', 'out of memory'), 'because', async () => {
      throw new Error('not reached');
    });
    await expect(model.run(input)).rejects.toMatchObject({ code: 'inference-failed', details: { model: 'test' } });
    const again = new Model(manifest, new TestSession('webgpu', 'lost'), 'because', async () => {
      throw new Error('no memory');
    });
    await expect(again.run(input)).rejects.toMatchObject({ code: 'inference-failed' });
  });
});
