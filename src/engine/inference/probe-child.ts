// Runs one network on one provider and on the processor, and prints how they compare. A process of its own, because a
// driver that crashes takes its process along.
import { readFileSync } from 'node:fs';
import { type PackManifest, type PackPort, packManifestSchema } from './pack-manifest.ts';
import { type ProbeAnswer, type ProbeRequest, probeRequestSchema } from './probe-protocol.ts';
import { NetworkSession, portLength, type TensorMap } from './session.ts';

/** Time spent on measuring one provider, in milliseconds. */
const MEASURING_MS = 400;
const MAXIMUM_RUNS = 20;

/** Repeatable values that fill the port's range unevenly, so that no layer sees a constant picture. */
function testInput(port: PackPort): Float32Array {
  const [low, high] = port.range ?? [-1, 1];
  return Float32Array.from({ length: portLength(port) }, (_, index) => {
    const wave = 0.5 + 0.35 * Math.sin(index / 97) + 0.15 * Math.sin(index * index);
    return low + (high - low) * wave;
  });
}

function tensors(ports: readonly PackPort[], make: (port: PackPort) => Float32Array): TensorMap {
  return Object.fromEntries(ports.map((port) => [port.name, make(port)]));
}

async function measure(session: NetworkSession, inputs: TensorMap, outputs: TensorMap): Promise<number> {
  await session.run(inputs, outputs); // compiles kernels
  const times: number[] = [];
  const started = performance.now();
  while (times.length === 0 || (times.length < MAXIMUM_RUNS && performance.now() - started < MEASURING_MS)) {
    const before = performance.now();
    await session.run(inputs, outputs);
    times.push(performance.now() - before);
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function worstError(expected: TensorMap, found: TensorMap): number {
  let worst = 0;
  for (const [name, values] of Object.entries(expected)) {
    let low = 0;
    let high = 0;
    let difference = 0;
    for (const [index, value] of values.entries()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      const error = Math.abs(value - found[name]![index]!);
      difference = Number.isNaN(error) ? Number.MAX_VALUE : Math.max(difference, error);
    }
    worst = Math.max(worst, difference / Math.max(high - low, Number.EPSILON));
  }
  return Math.min(worst, Number.MAX_VALUE);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function probe(request: ProbeRequest, manifest: PackManifest): Promise<ProbeAnswer> {
  const bytes = readFileSync(request.entry);
  const inputs = tensors(manifest.inputs, testInput);
  const empty = (port: PackPort): Float32Array => new Float32Array(portLength(port));
  const expected = tensors(manifest.outputs, empty);
  await using processor = await NetworkSession.create(bytes, manifest, 'cpu');
  const processorMilliseconds = await measure(processor, inputs, expected);
  let session: NetworkSession;
  try {
    session = await NetworkSession.create(bytes, manifest, request.provider);
  } catch (error) {
    return { outcome: 'unavailable', reason: reasonOf(error) };
  }
  await using tried = session;
  try {
    const found = tensors(manifest.outputs, empty);
    const milliseconds = await measure(tried, inputs, found);
    return { outcome: 'ran', error: worstError(expected, found), milliseconds, processorMilliseconds };
  } catch (error) {
    return { outcome: 'failed', reason: reasonOf(error) };
  }
}

const request = probeRequestSchema.parse(JSON.parse(readFileSync(0, 'utf8')));
const manifest = packManifestSchema.parse(JSON.parse(readFileSync(request.manifest, 'utf8')));
process.stdout.write(`\n${JSON.stringify(await probe(request, manifest))}\n`);
