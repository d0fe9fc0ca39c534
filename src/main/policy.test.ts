import { describe, expect, it } from 'vitest';
import { isPermitted, isTrustedSender, mayNavigate, PAGE_CONFINEMENT } from './policy.ts';

const page = { url: 'retake://studio/#edit', parent: null };

describe('isTrustedSender', () => {
  it('trusts the page of our own windows', () => {
    expect(isTrustedSender(page, true)).toBe(true);
  });

  it.each([
    ['a window that is not ours', page, false],
    ['a frame that is gone', null, true],
    ['a frame within the page', { url: 'retake://studio/', parent: {} }, true],
    ['a report that is shown', { url: 'retake://studio/media/report', parent: null }, true],
    ['another site', { url: 'https://example.com/', parent: null }, true],
    ['a file', { url: 'file:///tmp/index.html', parent: null }, true],
  ])('does not trust %s', (_, frame, known) => {
    expect(isTrustedSender(frame, known)).toBe(false);
  });
});

describe('mayNavigate', () => {
  it.each([
    ['retake://studio/', true, true],
    ['retake://studio/media/abc', true, false],
    ['retake://studio/media/abc', false, true],
    ['retake://studio.example/media/abc', false, false],
    ['https://example.com/', true, false],
    ['https://example.com/', false, false],
    ['file:///etc/passwd', true, false],
    ['javascript:alert(1)', true, false],
  ])('%s in the main frame %s: %s', (address, main, allowed) => {
    expect(mayNavigate(address, main)).toBe(allowed);
  });
});

describe('isPermitted', () => {
  it.each([
    'media',
    'geolocation',
    'notifications',
    'midi',
    'usb',
    'clipboard-read',
    'openExternal',
    'display-capture',
  ])('denies %s', (permission) => {
    expect(isPermitted(permission, page.url)).toBe(false);
  });

  it('lets our page copy, and no other', () => {
    expect(isPermitted('clipboard-sanitized-write', page.url)).toBe(true);
    expect(isPermitted('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
  });
});

it('confines pages: isolated, in the sandbox, and without Node', () => {
  const { contextIsolation, sandbox, webSecurity, ...others } = PAGE_CONFINEMENT;
  expect([contextIsolation, sandbox, webSecurity]).toEqual([true, true, true]);
  expect(new Set(Object.values(others))).toEqual(new Set([false]));
});
