import { describe, expect, it } from 'vitest';
import { isOwnAddress, isPageAddress, routeOf } from './address.ts';

describe('own addresses', () => {
  it.each(['retake://studio/', 'retake://studio/media/x?frame=1', 'retake://studio/#panel'])('knows %s', (address) => {
    expect(isOwnAddress(address)).toBe(true);
  });

  it.each([
    'retake://studio.example/',
    'retake://other/',
    'retake://studio:80/',
    'retake://user@studio/',
    'https://studio/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'about:blank',
    'not an address',
    '',
  ])('does not take %s for its own', (address) => {
    expect(isOwnAddress(address)).toBe(false);
  });

  it('tells its page from what it only loads', () => {
    expect(isPageAddress('retake://studio/#x')).toBe(true);
    expect(isPageAddress('retake://studio/media/abc')).toBe(false);
  });
});

describe('routeOf', () => {
  it('sends pages to the interface and media, captures and uploads to the engine', () => {
    expect(routeOf('GET', 'retake://studio/')).toEqual({ kind: 'interface', path: '/' });
    expect(routeOf('HEAD', 'retake://studio/assets/main-1.js')).toEqual({
      kind: 'interface',
      path: '/assets/main-1.js',
    });
    expect(routeOf('GET', 'retake://studio/media/abc/thumbnail?frame=3')).toEqual({
      kind: 'engine',
      path: '/media/abc/thumbnail?frame=3',
    });
    expect(routeOf('PUT', 'retake://studio/upload/h/clip%20one.mp4')).toEqual({
      kind: 'engine',
      path: '/upload/h/clip%20one.mp4',
    });
  });

  it.each([
    ['POST', 'retake://studio/', 405],
    ['PUT', 'retake://studio/media/abc', 405],
    ['DELETE', 'retake://studio/upload/h/x', 405],
    ['GET', 'retake://elsewhere/media/abc', 403],
    ['GET', 'https://studio/media/abc', 403],
    ['GET', 'retake://studio/media/..%2f..%2fetc%2fpasswd', 400],
    ['GET', 'retake://studio/media/%2e%2e%5cwindows', 400],
    ['GET', 'retake://studio/media/a%00b', 400],
    ['GET', 'retake://studio/media/%zz', 400],
  ])('refuses %s %s with %i', (method, address, status) => {
    expect(routeOf(method, address)).toEqual({ kind: 'refused', status });
  });

  it('has no way up: an address that goes up stays within', () => {
    expect(routeOf('GET', 'retake://studio/assets/../../../etc/passwd')).toEqual({
      kind: 'interface',
      path: '/etc/passwd',
    });
  });
});
