import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProbeCache } from './probe-cache.ts';
import type { ProbeAnswer } from './probe-protocol.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retake-probes-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const ran: ProbeAnswer = { outcome: 'ran', error: 0, milliseconds: 1, processorMilliseconds: 2 };
const failed: ProbeAnswer = { outcome: 'failed', reason: 'crashed' };
const unavailable: ProbeAnswer = { outcome: 'unavailable', reason: 'no adapter' };

describe('ProbeCache', () => {
  it('remembers per provider and model, across instances', () => {
    new ProbeCache(folder, 'device').set('webgpu', 'a', ran);
    new ProbeCache(folder, 'device').set('webgpu', 'b', failed);
    const cache = new ProbeCache(folder, 'device');
    expect(cache.get('webgpu', 'a')).toEqual(ran);
    expect(cache.get('webgpu', 'b')).toEqual(failed);
    expect(cache.get('webgpu', 'c')).toBeUndefined();
    expect(cache.get('dml', 'a')).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['providers.json']);
  });

  it('does not try a provider that is not there for other models', () => {
    const cache = new ProbeCache(folder, 'device');
    cache.set('webgpu', 'a', unavailable);
    expect(cache.get('webgpu', 'b')).toEqual(unavailable);
    expect(cache.get('cuda', 'b')).toBeUndefined();
  });

  it('forgets when drivers or runtime change, and after a month', () => {
    vi.useFakeTimers({ now: 0 });
    new ProbeCache(folder, 'device').set('webgpu', 'a', ran);
    expect(new ProbeCache(folder, 'other device').get('webgpu', 'a')).toBeUndefined();
    vi.setSystemTime(29 * 24 * 3600 * 1000);
    expect(new ProbeCache(folder, 'device').get('webgpu', 'a')).toEqual(ran);
    vi.setSystemTime(31 * 24 * 3600 * 1000);
    expect(new ProbeCache(folder, 'device').get('webgpu', 'a')).toBeUndefined();
  });

  it('starts anew from a damaged file', () => {
    writeFileSync(join(folder, 'providers.json'), '{"device": "dev');
    const cache = new ProbeCache(folder, 'device');
    expect(cache.get('webgpu', 'a')).toBeUndefined();
    cache.set('webgpu', 'a', ran);
    expect(cache.get('webgpu', 'a')).toEqual(ran);
  });

  it('works without remembering where nothing can be written', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const cache = new ProbeCache(file, 'device');
    expect(() => cache.set('webgpu', 'a', ran)).not.toThrow();
    expect(cache.get('webgpu', 'a')).toBeUndefined();
  });
});
