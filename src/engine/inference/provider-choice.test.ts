import { describe, expect, it } from 'vitest';
import { type Candidate, chooseProvider, PROBE_TOLERANCE } from './provider-choice.ts';
import type { ProviderId } from './providers.ts';

const ran = (provider: ProviderId, milliseconds: number, error = 0): Candidate => ({
  provider,
  answer: { outcome: 'ran', error, milliseconds, processorMilliseconds: 2 },
});
const unavailable: Candidate = { provider: 'cuda', answer: { outcome: 'unavailable', reason: 'no library' } };
const crashed: Candidate = { provider: 'webgpu', answer: { outcome: 'failed', reason: 'crashed (signal SIGSEGV)' } };

describe('chooseProvider', () => {
  it('stays on the processor and says why when nothing else works', () => {
    const choice = chooseProvider([unavailable, crashed], true);
    expect(choice.provider).toBe('cpu');
    expect(choice.reason).toBe(
      'cuda is not available: no library; webgpu failed its trial run: crashed (signal SIGSEGV)',
    );
  });

  it('says so when only the processor was asked for', () => {
    expect(chooseProvider([], false)).toEqual({ provider: 'cpu', reason: 'the processor was asked for' });
  });

  it('takes the fastest whose results are right', () => {
    const choice = chooseProvider([ran('cuda', 1), ran('tensorrt', 0.2, 0.5), ran('webgpu', 0.5)], true);
    expect(choice.provider).toBe('webgpu');
    expect(choice.reason).toContain('0.50 ms against 2.00 ms on the processor');
    expect(choice.reason).toContain('tensorrt differs from the processor by 50 %');
  });

  it('prefers the processor unless an accelerator is clearly faster', () => {
    const choice = chooseProvider([ran('webgpu', 1.9)], true);
    expect(choice).toEqual({ provider: 'cpu', reason: 'webgpu takes 1.90 ms, the processor 2.00 ms' });
    expect(chooseProvider([ran('webgpu', 1.6)], true).provider).toBe('webgpu');
  });

  it('takes the first right one of a list, however slow', () => {
    const choice = chooseProvider([unavailable, ran('webgpu', 900), ran('dml', 1)], false);
    expect(choice.provider).toBe('webgpu');
    expect(choice.reason).toContain('cuda is not available');
  });

  it('draws the line at the tolerance', () => {
    expect(chooseProvider([ran('dml', 1, PROBE_TOLERANCE)], true).provider).toBe('dml');
    expect(chooseProvider([ran('dml', 1, PROBE_TOLERANCE * 1.01)], true).provider).toBe('cpu');
  });
});
