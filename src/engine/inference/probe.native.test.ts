import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadPack } from './pack-store.ts';
import { probeProvider, shortReason } from './probe.ts';
import { PROBE_TOLERANCE } from './provider-choice.ts';
import { hasSoftwareVulkan, SOFTWARE_VULKAN } from './testing/software-vulkan.ts';

const script = (name: string): string => fileURLToPath(new URL(`./testing/${name}.ts`, import.meta.url));

describe('probeProvider', () => {
  it('finds the processor equal to itself', async () => {
    const answer = await probeProvider(await loadPack('expression-7'), 'cpu');
    expect(answer).toMatchObject({ outcome: 'ran', error: 0 });
  });

  it('says when a provider is not part of this runtime', async () => {
    const answer = await probeProvider(await loadPack('expression-7'), process.platform === 'win32' ? 'coreml' : 'dml');
    expect(answer.outcome).toBe('unavailable');
  });

  it.runIf(process.platform === 'linux')('names the library that a provider lacks', async () => {
    const answer = await probeProvider(await loadPack('expression-7'), 'cuda');
    if (answer.outcome === 'unavailable') expect(answer.reason).toContain('libonnxruntime_providers_cuda.so');
    else console.warn('SKIPPED the missing CUDA library: it is installed here.');
  });

  it('survives a crash', async () => {
    const answer = await probeProvider(await loadPack('expression-7'), 'webgpu', script('crashing-probe'));
    expect(answer).toEqual({ outcome: 'failed', reason: 'crashed (signal SIGSEGV) driver: cannot continue' });
  });

  it('gives up on one that never answers', async () => {
    const answer = await probeProvider(await loadPack('expression-7'), 'webgpu', script('hanging-probe'), 1000);
    expect(answer).toEqual({ outcome: 'failed', reason: 'no answer within 1 s' });
  });

  it('takes no nonsense for an answer', async () => {
    const answer = await probeProvider(await loadPack('expression-7'), 'webgpu', script('babbling-probe'));
    expect(answer).toMatchObject({ outcome: 'failed', reason: 'crashed (exit code 0)' });
  });
});

describe('WebGPU on the software adapter', () => {
  it.skipIf(!hasSoftwareVulkan())('runs a model as the processor does, and is not chosen for being slow', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retake-webgpu-'));
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script('webgpu-run'), 'expression-7', folder], {
        env: { ...process.env, VK_ICD_FILENAMES: SOFTWARE_VULKAN },
        timeout: 200_000,
      });
      const { worst, reports } = JSON.parse(stdout.trim().split('\n').at(-1)!);
      expect(reports[0]).toMatchObject({ provider: 'webgpu' });
      expect(reports[0].reason).toContain('trial run passed');
      expect(worst).toBeLessThanOrEqual(PROBE_TOLERANCE);
      expect(reports[1]).toMatchObject({ provider: 'cpu', reason: 'the processor was asked for' });
      expect(reports[2].provider).toBe('cpu');
      expect(reports[2].reason).toMatch(/webgpu takes [\d.]+ ms, the processor [\d.]+ ms/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('shortReason', () => {
  it('keeps what a person can use', () => {
    const text = '/src/webgpu_context.cc:136 Initialize(const Config&) status == Success was false. No adapter found';
    expect(shortReason(text)).toBe('No adapter found');
    expect(shortReason('one\n  two')).toBe('one two');
    expect(shortReason('x'.repeat(500))).toHaveLength(200);
  });
});
