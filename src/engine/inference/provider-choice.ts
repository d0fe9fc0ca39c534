import type { ProbeAnswer } from './probe-protocol.ts';
import type { ProviderId } from './providers.ts';

/** Largest difference from the processor, as a share of an output's range: what landmark parity leaves room for. */
export const PROBE_TOLERANCE = 1e-3;

/** An accelerator is only worth it when it is clearly faster: it also costs start-up time and memory. */
const WORTHWHILE_GAIN = 1.2;

/** A provider with what was found out about it; `null` for one that need not be tried. */
export interface Candidate {
  readonly provider: ProviderId;
  readonly answer: ProbeAnswer;
}

/** What a model is to run on, and why, as one sentence. */
export interface Choice {
  readonly provider: ProviderId;
  readonly reason: string;
}

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Why a provider is not to be used, or null if its results are right. */
export function objection({ provider, answer }: Candidate): string | null {
  if (answer.outcome === 'unavailable') return `${provider} is not available: ${answer.reason}`;
  if (answer.outcome === 'failed') return `${provider} failed its trial run: ${answer.reason}`;
  if (answer.error <= PROBE_TOLERANCE) return null;
  return `${provider} differs from the processor by ${(answer.error * 100).toPrecision(2)} % of the output's range`;
}

/**
 * Picks the provider for a model from trial runs. With `fastest` the measured times decide, else the first one whose
 * results are right. Candidates come best first and without the processor, which needs no trial.
 */
export function chooseProvider(candidates: readonly Candidate[], fastest: boolean): Choice {
  const remarks: string[] = [];
  let best: { provider: ProviderId; took: number; against: number } | null = null;
  for (const candidate of candidates) {
    const problem = objection(candidate);
    if (problem !== null) remarks.push(problem);
    if (problem !== null || candidate.answer.outcome !== 'ran') continue;
    const { milliseconds: took, processorMilliseconds: against } = candidate.answer;
    const { provider } = candidate;
    if (fastest && took * WORTHWHILE_GAIN > against) {
      remarks.push(`${provider} takes ${milliseconds(took)}, the processor ${milliseconds(against)}`);
    } else if (best === null || (fastest && took < best.took)) best = { provider, took, against };
  }
  if (best === null) return { provider: 'cpu', reason: remarks.join('; ') || 'the processor was asked for' };
  const times = `${milliseconds(best.took)} against ${milliseconds(best.against)} on the processor`;
  return { provider: best.provider, reason: [`trial run passed, ${times}`, ...remarks].join('; ') };
}
