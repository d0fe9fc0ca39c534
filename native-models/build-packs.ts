import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PACK_FORMAT, type PackManifest, packManifestSchema } from '../src/engine/inference/pack-manifest.ts';
import { readCanonicalFace } from './convert/canonical-face.ts';
import { convertTfjs } from './convert/from-tfjs.ts';
import { convertTflite, readLandmarkCrop } from './convert/from-tflite.ts';
import { unpackAssets } from './convert/mediapipe-assets.ts';
import { restorerGraph } from './convert/restorer-graph.ts';
import { readTfjs, type TfjsFile } from './convert/tfjs-reader.ts';
import { readTflite } from './convert/tflite-reader.ts';
import { readTrainedWeights } from './convert/trained-weights.ts';
import { visemeGraph } from './convert/viseme-graph.ts';
import { PACKS, type PackDefinition } from './pack-list.ts';

/** What a recogniser's folder holds, by the names that its pack gives to it. */
const RECOGNISER_FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['feat.params', 'mdef', 'means', 'noisedict', 'sendump', 'transition_matrices', 'variances'].map((name) => [
      name,
      `en-us/${name}`,
    ]),
  ),
  'words.dict': 'cmudict-en-us.dict',
  'words.lm.bin': 'en-us.lm.bin',
};

interface Built {
  readonly entry: string;
  readonly bytes: Uint8Array;
  /** Files beside the entry. */
  readonly others?: Readonly<Record<string, Uint8Array>>;
  readonly indices: Readonly<Record<string, number[]>>;
}

/** Refined parts of the attention mesh by the landmark their crop is levelled from. */
const REFINED_PARTS: Readonly<Record<number, string>> = { 61: 'lips', 33: 'leftEye', 362: 'rightEye' };

function refinedIndices(bytes: Uint8Array): Record<string, number[]> {
  const crops = readTflite(bytes)
    .operators.filter((operator) => operator.name === 'Landmarks2TransformMatrix')
    .map((operator) => readLandmarkCrop(operator.customOptions));
  return Object.fromEntries(crops.map((crop) => [REFINED_PARTS[crop.left] ?? `part${crop.left}`, [...crop.subset]]));
}

/** Reads networks out of installed packages, and those trained here out of this folder. */
export class PackBuilder {
  readonly #packageRoot: (name: string) => string;
  #assets: ReadonlyMap<string, Uint8Array> | null = null;

  constructor(packageRoot: (name: string) => string) {
    this.#packageRoot = packageRoot;
  }

  #asset(packageName: string, file: string): Uint8Array {
    const base = join(this.#packageRoot(packageName), 'face_mesh_solution_packed_assets');
    this.#assets ??= unpackAssets(readFileSync(`${base}_loader.js`, 'utf8'), readFileSync(`${base}.data`));
    const bytes = this.#assets.get(file);
    if (bytes === undefined) throw new Error(`${packageName} holds no ${file}`);
    return bytes;
  }

  #convert(definition: PackDefinition): Built {
    const { id, source, outputs } = definition;
    const conversion = { name: id, input: definition.inputs[0]?.name ?? '', outputs };
    switch (source.kind) {
      case 'tflite': {
        const bytes = this.#asset(source.package, source.file);
        return { entry: `${id}.onnx`, bytes: convertTflite(bytes, conversion), indices: refinedIndices(bytes) };
      }
      case 'tfjs': {
        const folder = join(this.#packageRoot(source.package), 'models');
        const file = JSON.parse(readFileSync(join(folder, source.file), 'utf8')) as TfjsFile;
        const model = readTfjs(file, (name) => readFileSync(join(folder, name)));
        return { entry: `${id}.onnx`, bytes: convertTfjs(model, conversion), indices: {} };
      }
      case 'face-geometry': {
        const face = readCanonicalFace(this.#asset(source.package, source.file));
        const bytes = new TextEncoder().encode(`${JSON.stringify(face)}\n`);
        return { entry: `${id}.json`, bytes, indices: {} };
      }
      case 'recogniser': {
        const folder = join(this.#packageRoot(source.package), source.file);
        const others = Object.entries(RECOGNISER_FILES).map(([name, from]) => [name, readFileSync(join(folder, from))]);
        return {
          entry: basename(source.own),
          bytes: readFileSync(join(import.meta.dirname, source.own)),
          others: Object.fromEntries(others) as Record<string, Uint8Array>,
          indices: {},
        };
      }
      case 'viseme':
      case 'restorer': {
        const weights = readTrainedWeights(readFileSync(join(import.meta.dirname, source.file)));
        const { shape } = definition.inputs[0]!;
        const bytes =
          source.kind === 'viseme' ? visemeGraph(weights, id, shape[1]!) : restorerGraph(weights, id, shape[2]!);
        return { entry: `${id}.onnx`, bytes, indices: {} };
      }
    }
  }

  /** Writes one pack into `<directory>/<id>` and returns its manifest. */
  build(definition: PackDefinition, directory: string, card: string): PackManifest {
    const built = this.#convert(definition);
    const { source } = definition;
    const packageFile = join(this.#packageRoot(source.package), 'package.json');
    const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
    const files = Object.entries({ [built.entry]: built.bytes, ...built.others });
    const manifest = packManifestSchema.parse({
      format: PACK_FORMAT,
      id: definition.id,
      version: definition.version,
      task: definition.task,
      title: definition.title,
      entry: built.entry,
      files: files.map(([name, bytes]) => {
        return { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
      }),
      inputs: definition.inputs,
      outputs: definition.outputs.map(({ from: _from, axis: _axis, ...port }) => port),
      indices: built.indices,
      source: { package: source.package, version, file: source.file },
      licences: definition.licences,
      card,
    });
    const folder = join(directory, definition.id);
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, 'pack.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  }
}

/** Builds every pack into `directory`; `report` is told about each. */
export function buildPacks(
  directory: string,
  cards: string,
  packageRoot: (name: string) => string,
  report: (manifest: PackManifest, milliseconds: number) => void,
): void {
  const builder = new PackBuilder(packageRoot);
  for (const definition of PACKS) {
    const started = performance.now();
    const manifest = builder.build(definition, directory, readFileSync(join(cards, `${definition.id}.md`), 'utf8'));
    report(manifest, performance.now() - started);
  }
}
