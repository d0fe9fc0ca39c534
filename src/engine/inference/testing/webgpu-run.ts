// Opens a model on WebGPU the way the program does and compares its results with the processor's. A process of its own,
// because the driver is chosen by the environment when the process starts.
import { createInference } from '../inference.ts';
import { ProbeCache } from '../probe-cache.ts';

const [id, folder] = process.argv.slice(2) as [string, string];
const cache = new ProbeCache(folder);
await using accelerated = await createInference({ providers: ['webgpu'], probeCache: cache });
await using plain = await createInference({ providers: ['cpu'] });
await using automatic = await createInference({ probeCache: cache });
const models = [await accelerated.open(id), await plain.open(id), await automatic.open(id)] as const;
const inputs = models[0].allocateInputs();
for (const values of Object.values(inputs)) values.set(values.map((_, index) => Math.sin(index / 31) * 0.9));
const [found, expected] = [await models[0].run(inputs), await models[1].run(inputs)];
let worst = 0;
for (const [name, values] of Object.entries(expected)) {
  for (const [index, value] of values.entries()) worst = Math.max(worst, Math.abs(value - found[name]![index]!));
}
process.stdout.write(`\n${JSON.stringify({ worst, reports: models.map((model) => model.report()) })}\n`);
