import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RetakeError } from '../../core/errors.ts';
import { loadCanonicalFace } from './canonical-face.ts';
import { createInference } from './inference.ts';
import { listPacks, loadPack } from './pack-store.ts';
import { PackCopies } from './testing/pack-copies.ts';

const ID = 'expression-7';
const FILE = `${ID}.onnx`;

async function openError(packs: PackCopies, id = ID): Promise<RetakeError> {
  await using inference = await createInference({ providers: ['cpu'], packFolders: packs.folders });
  const error: unknown = await inference.open(id).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RetakeError);
  return error as RetakeError;
}

describe('a model pack', () => {
  it('opens when it is whole', async () => {
    using packs = new PackCopies().copy(ID);
    await using inference = await createInference({ providers: ['cpu'], packFolders: packs.folders });
    expect((await inference.open(ID)).provider).toBe('cpu');
  });

  it('with one byte changed is refused', async () => {
    using packs = new PackCopies().copy(ID);
    const bytes = Uint8Array.from(packs.read(ID, FILE));
    bytes[bytes.length >> 1]! ^= 1;
    const error = await openError(packs.replace(ID, FILE, bytes));
    expect(error.code).toBe('model-damaged');
    expect(error.message).toContain('npm run models');
    expect(error.details['file']).toBe(join(packs.path, ID, FILE));
  });

  it('cut short is refused', async () => {
    using packs = new PackCopies().copy(ID);
    const bytes = packs.read(ID, FILE);
    expect((await openError(packs.replace(ID, FILE, bytes.subarray(0, 1000)))).code).toBe('model-damaged');
  });

  it('with the network of another pack is refused', async () => {
    using packs = new PackCopies().copy(ID).copy('iris');
    expect((await openError(packs.replace(ID, FILE, packs.read('iris', 'iris.onnx')))).code).toBe('model-damaged');
  });

  it('with the network of another pack and a matching hash is refused by its shapes', async () => {
    using packs = new PackCopies().copy(ID).copy('iris');
    const error = await openError(packs.replace(ID, FILE, packs.read('iris', 'iris.onnx'), true));
    expect(error.code).toBe('model-damaged');
    expect(error.message).toContain('[1,64,64,3] in the network and [1,64,64,1] in the manifest');
  });

  it('with something that is no network is refused', async () => {
    using packs = new PackCopies().copy(ID);
    expect((await openError(packs.replace(ID, FILE, new Uint8Array(5000), true))).code).toBe('model-damaged');
  });

  it('under the name of another is refused', async () => {
    using packs = new PackCopies().copy('iris', ID);
    const error = await openError(packs);
    expect(error.code).toBe('model-damaged');
    expect(error.message).toContain('belongs to "iris"');
  });

  it('that is missing says what to do', async () => {
    using packs = new PackCopies();
    const error = await openError(packs);
    expect(error.code).toBe('model-missing');
    expect(error.message).toBe(`The model pack "${ID}" is missing. Run "npm run models" to build it.`);
  });

  it('without its network is refused', async () => {
    using packs = new PackCopies().copy(ID);
    rmSync(join(packs.path, ID, FILE));
    const error = await openError(packs);
    expect(error.code).toBe('model-damaged');
    expect(error.message).toContain('cannot be read');
  });

  const edits: readonly [string, (manifest: Record<string, unknown>) => void, string][] = [
    ['another input shape', (m) => Object.assign((m['inputs'] as object[])[0]!, { shape: [1, 32, 32, 1] }), 'shapes'],
    ['an output too few', (m) => Object.assign(m, { outputs: [] }), 'shapes'],
    ['another task', (m) => Object.assign(m, { task: 'iris-landmarks' }), 'iris-landmarks'],
    ['a newer format', (m) => Object.assign(m, { format: 2 }), 'format'],
    [
      'a file outside its folder',
      (m) => Object.assign((m['files'] as object[])[0]!, { name: '../x' }),
      'bare file name',
    ],
    ['no entry file', (m) => Object.assign(m, { entry: 'other.onnx' }), 'other.onnx'],
    ['a field too many', (m) => Object.assign(m, { url: 'x' }), 'url'],
  ];
  it.each(edits)('whose manifest has %s is refused', async (_what, change, message) => {
    using packs = new PackCopies().copy(ID).edit(ID, change);
    const error = await openError(packs);
    expect(error.code).toBe('model-damaged');
    expect(error.message).toContain(message);
  });

  it('whose manifest is not JSON is refused', async () => {
    using packs = new PackCopies().copy(ID);
    writeFileSync(join(packs.path, ID, 'pack.json'), '{ "format": 1,');
    expect((await openError(packs)).message).toContain('it is not JSON');
  });

  it('can be opened once it was repaired', async () => {
    using packs = new PackCopies().copy(ID);
    const whole = packs.read(ID, FILE);
    packs.replace(ID, FILE, whole.subarray(1));
    await using inference = await createInference({ providers: ['cpu'], packFolders: packs.folders });
    await expect(inference.open(ID)).rejects.toMatchObject({ code: 'model-damaged' });
    packs.replace(ID, FILE, whole);
    expect((await inference.open(ID)).id).toBe(ID);
  });

  it('that holds data is not run as a network', async () => {
    using packs = new PackCopies().copy('canonical-face');
    expect((await openError(packs, 'canonical-face')).code).toBe('invalid-argument');
  });
});

describe('listPacks', () => {
  it('tells usable packs from damaged ones', async () => {
    using packs = new PackCopies().copy(ID).copy('iris');
    packs.replace('iris', 'iris.onnx', new Uint8Array(10));
    const listings = await listPacks(packs.folders);
    expect(listings.map(({ id, problem }) => [id, problem === null])).toEqual([
      [ID, true],
      ['iris', false],
    ]);
  });

  it('prefers a pack of the user to a bundled one', async () => {
    using packs = new PackCopies().copy(ID).edit(ID, (manifest) => Object.assign(manifest, { version: '9.9.9' }));
    using bundled = new PackCopies().copy(ID);
    const packFolders = [{ path: packs.path, origin: 'user' } as const, ...bundled.folders];
    await using inference = await createInference({ providers: ['cpu'], packFolders });
    expect((await inference.open(ID)).manifest.version).toBe('9.9.9');
  });
});

describe('loadCanonicalFace', () => {
  it('gives the mesh that MediaPipe documents', async () => {
    const face = await loadCanonicalFace();
    const vertex = (index: number): number[] => [...face.positions.subarray(index * 3, index * 3 + 3)];
    expect(face.positions).toHaveLength(468 * 3);
    expect(face.triangles).toHaveLength(898 * 3);
    // Outer eye corners mirror each other; the nose tip is the frontmost point of the middle.
    expect(vertex(33)[0]).toBeCloseTo(-vertex(263)[0]!, 4);
    expect(vertex(33)[0]).toBeLessThan(0);
    expect(vertex(10)[1]).toBeGreaterThan(vertex(152)[1]!);
    expect(face.uv[10 * 2 + 1]).toBeLessThan(face.uv[152 * 2 + 1]!);
    expect(Math.max(...[4, 1, 10, 152].map((index) => vertex(index)[2]!))).toBe(vertex(4)[2]);
    expect(face.procrustesWeights.filter((weight) => weight > 0)).toHaveLength(33);
  });

  it.each([
    ['a vertex number that does not exist', { triangles: new Array(898 * 3).fill(468) }],
    ['too few vertices', { positions: [0, 1, 2] }],
  ])('refuses %s', async (_what, change) => {
    using packs = new PackCopies().copy('canonical-face');
    const name = 'canonical-face.json';
    const data = JSON.parse(new TextDecoder().decode(packs.read('canonical-face', name))) as object;
    const bytes = new TextEncoder().encode(JSON.stringify({ ...data, ...change }));
    packs.replace('canonical-face', name, bytes, true);
    await expect(loadCanonicalFace(packs.folders)).rejects.toMatchObject({ code: 'model-damaged' });
  });
});

describe('a pack of several files', () => {
  it('has all of them, checked', async () => {
    const { entry, files, manifest } = await loadPack('english-words');
    expect([...files.keys()]).toEqual(manifest.files.map(({ name }) => name));
    expect(files.get(manifest.entry)).toBe(entry);
    expect(files.size).toBe(10);
  });

  it('is refused when one of them was changed', async () => {
    using packs = new PackCopies().copy('english-words');
    packs.replace('english-words', 'noisedict', new TextEncoder().encode('<s> SIL'), false);
    await expect(loadPack('english-words', packs.folders)).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringContaining('"noisedict"'),
    });
  });
});
