import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Access, isOwnRequest } from './access.ts';

const request = (headers: Record<string, string>, method = 'GET'): IncomingMessage =>
  ({ headers, method }) as unknown as IncomingMessage;

describe('access', () => {
  it('takes a token once, and then its session as cookie or header', () => {
    const access = new Access('a');
    const token = access.issue();
    expect(access.exchange(`${token}x`)).toBeUndefined();
    expect(access.exchange('')).toBeUndefined();
    const session = access.exchange(token)!;
    expect(session).not.toBe(token);
    expect(access.exchange(token)).toBeUndefined();
    const [pair] = access.setCookie(session).split(';');
    expect(access.admits(request({ cookie: `other=1; ${pair}` }))).toBe(true);
    expect(access.admits(request({ authorization: `Bearer ${session}` }))).toBe(true);
    expect(access.admits(request({ authorization: `Bearer ${token}` }))).toBe(false);
    expect(access.admits(request({ cookie: pair!.replace('retake-a', 'retake-b') }))).toBe(false);
    expect(access.admits(request({}))).toBe(false);
    expect(access.setCookie(session)).toMatch(/HttpOnly; SameSite=Strict/);
  });

  it.each([
    [{ host: '127.0.0.1:8080' }, true],
    [{ host: 'localhost:9' }, true],
    [{ host: '[::1]:8080' }, true],
    [{ host: 'LOCALHOST:8080', origin: 'http://localhost:8080' }, true],
    [{}, false],
    [{ host: 'evil.example:8080' }, false],
    [{ host: '127.0.0.1.evil.example' }, false],
    [{ host: '127.0.0.1:8080', origin: 'http://evil.example' }, false],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:9090' }, false],
    [{ host: '127.0.0.1:8080', origin: 'https://127.0.0.1:8080' }, false],
    [{ host: '127.0.0.1:8080', origin: 'null' }, false],
    [{ host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, false],
    [{ host: '127.0.0.1:8080', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'websocket' }, false],
    [{ host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, true],
  ])('%j is own: %s', (headers, own) => {
    expect(isOwnRequest(request(headers as Record<string, string>))).toBe(own);
  });
});
