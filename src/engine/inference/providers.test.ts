import { describe, expect, it } from 'vitest';
import { isProviderId, PROVIDER_IDS, providerOrder } from './providers.ts';

describe('providerOrder', () => {
  it.each(['linux', 'win32', 'darwin', 'freebsd'] as const)('ends with the processor on %s', (platform) => {
    const order = providerOrder(platform);
    expect(order.at(-1)).toBe('cpu');
    expect(new Set(order).size).toBe(order.length);
    for (const provider of order) expect(PROVIDER_IDS).toContain(provider);
  });

  it('offers what each platform has', () => {
    expect(providerOrder('win32')).toContain('dml');
    expect(providerOrder('darwin')).toContain('coreml');
    expect(providerOrder('linux')).not.toContain('dml');
  });
});

it('knows provider names', () => {
  expect(isProviderId('webgpu')).toBe(true);
  expect(isProviderId('gpu')).toBe(false);
});
