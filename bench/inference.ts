// Milliseconds per run of each network on one thread of the processor. One JSON line per figure.
import { createInference, MODEL_IDS } from '../src/engine/inference/index.ts';

const RUNS = 60;
const WARM_UP_RUNS = 8;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

await using inference = await createInference({ providers: ['cpu'] });
for (const id of MODEL_IDS) {
  const before = performance.now();
  const model = await inference.open(id);
  const openMs = performance.now() - before;
  const [inputs, outputs] = [model.allocateInputs(), model.allocateOutputs()];
  for (const values of Object.values(inputs)) values.set(values.map((_, index) => Math.sin(index) * 0.5 + 0.5));
  const times: number[] = [];
  for (let run = 0; run < RUNS + WARM_UP_RUNS; run++) {
    const started = performance.now();
    await model.run(inputs, outputs);
    if (run >= WARM_UP_RUNS) times.push(performance.now() - started);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const round = (value: number): number => Number(value.toFixed(3));
  const figure = { bench: 'inference', figure: id, value: round(quantile(sorted, 0.5)), unit: 'ms' };
  console.log(
    JSON.stringify({ ...figure, best: round(sorted[0]!), p90: round(quantile(sorted, 0.9)), openMs: round(openMs) }),
  );
}
