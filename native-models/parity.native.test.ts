// The converted networks against the runtime they were made for, on the same input.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { MODEL_IDS, type ModelId } from '../src/engine/inference/model-contracts.ts';
import { loadPack } from '../src/engine/inference/pack-store.ts';
import { PACKS } from './pack-list.ts';
import { noise, type Plain } from './testing/reference.ts';
import { runOnnx } from './testing/run-graph.ts';

/** Largest difference allowed, as a share of the output's range. */
const TOLERANCE = 1e-4;
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

async function openOriginal(file: string): Promise<Awaited<ReturnType<typeof loadGraphModel>>> {
  const path = join(modules, '@vladmandic/human/models', file);
  const json = JSON.parse(readFileSync(path, 'utf8'));
  const groups: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[] = json.weightsManifest;
  const bytes = Buffer.concat(
    groups.flatMap((group) => group.paths).map((name) => readFileSync(join(dirname(path), name))),
  );
  return loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: groups.flatMap((group) => group.weights),
      weightData: new Uint8Array(bytes).buffer,
      ...(json.signature === undefined ? {} : { signature: json.signature }),
      ...(json.userDefinedMetadata === undefined ? {} : { userDefinedMetadata: json.userDefinedMetadata }),
    }),
  });
}

/** A picture-like input: smooth waves with noise on top, within the range of the port. */
function picture(shape: readonly number[], [low, high]: readonly [number, number], seed: number): Plain {
  const { data } = noise(shape, seed);
  const width = shape[2]!;
  const channels = shape[3]!;
  const values = data.map((value, flat) => {
    const x = Math.floor(flat / channels) % width;
    const y = Math.floor(flat / channels / width);
    const wave = Math.sin((x * (seed + 1)) / 19) * Math.cos((y * (seed + 2)) / 23) + 0.2 * value;
    return low + (high - low) * Math.min(Math.max(wave * 0.4 + 0.5, 0), 1);
  });
  return { shape, data: values };
}

beforeAll(async () => {
  setWasmPaths(`${join(modules, '@tensorflow/tfjs-backend-wasm/dist')}/`);
  await tf.setBackend('wasm');
});

describe('converted TFJS networks', () => {
  const packs = PACKS.filter(({ source }) => source.kind === 'tfjs');

  it.each(packs.map(({ id }) => id))('%s gives what tfjs gives', async (id) => {
    const definition = packs.find((pack) => pack.id === id)!;
    const original = await openOriginal(definition.source.file);
    const pack = await loadPack(id);
    const port = pack.manifest.inputs[0]!;
    for (const seed of [1, 2, 3]) {
      const image = picture(port.shape, port.range!, seed);
      const converted = await runOnnx(pack.entry, { image });
      for (const output of definition.outputs) {
        const fed = tf.tensor(image.data, [...image.shape]);
        const parts = original.execute(
          fed,
          output.from.map((name) => `${name}:0`),
        );
        const list = Array.isArray(parts) ? parts : [parts];
        const joined = list.length === 1 ? list[0]! : tf.concat(list, output.axis ?? 0);
        const expected = (await joined.data()) as Float32Array;
        const result = converted[output.name]!.data;
        const range = Math.max(...expected) - Math.min(...expected);
        const worst = result.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
        expect(result.length).toBe(expected.length);
        expect(range).toBeGreaterThan(0);
        expect(worst / range, `${output.name}, input ${seed}`).toBeLessThanOrEqual(TOLERANCE);
        tf.dispose([fed, joined, ...list]);
      }
    }
    original.dispose();
  });
});

describe('packs', () => {
  it('are defined for every network that the program knows', () => {
    const known: readonly ModelId[] = MODEL_IDS;
    expect(PACKS.map(({ id }) => id).filter((id) => !['canonical-face', 'english-words'].includes(id))).toEqual(known);
  });

  it('name the landmarks that the attention mesh refines', async () => {
    const { manifest } = await loadPack('face-landmarks-attention');
    const sizes = Object.entries(manifest.indices).map(([name, list]) => [name, list.length, new Set(list).size]);
    expect(sizes).toEqual([
      ['lips', 80, 80],
      ['leftEye', 71, 71],
      ['rightEye', 71, 71],
    ]);
    for (const { name, shape } of manifest.outputs)
      if (manifest.indices[name] !== undefined) expect(shape[1]).toBe(manifest.indices[name].length);
  });
});
