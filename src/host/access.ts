import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LONGEST_SESSION_COUNT = 64;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * Whether a request names this machine itself in its Host header, and comes from our own page if it comes from a page
 * at all. Guards against other sites that a browser on this machine has open (rebinding of names, forged requests).
 * The port may differ from ours: a render box is reached through a tunnel.
 */
export function isOwnRequest(request: IncomingMessage): boolean {
  const host = request.headers.host?.toLowerCase();
  if (host === undefined || !LOOPBACK.has(host.replace(/:\d{1,5}$/, ''))) return false;
  const { origin } = request.headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) return false;
  const site = request.headers['sec-fetch-site'];
  // A link from elsewhere may open the page, but nothing else of us may be asked for from elsewhere.
  const navigation = request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET';
  return site === undefined || site === 'same-origin' || site === 'none' || navigation;
}

/** Tokens that are good for one exchange, and the sessions that they were exchanged for. */
export class Access {
  readonly #tokens = new Set<string>();
  readonly #sessions: string[] = [];
  readonly #cookie: string;

  /** `name` keeps cookies of several hosts on one machine apart: browsers do not tell ports apart. */
  constructor(name: string) {
    this.#cookie = `retake-${name}`;
  }

  /** A new token, good for one session. */
  issue(): string {
    const token = randomBytes(24).toString('base64url');
    this.#tokens.add(token);
    return token;
  }

  /** The session that a token is good for; undefined for a wrong or used one. */
  exchange(given: string): string | undefined {
    for (const token of this.#tokens)
      if (same(token, given)) {
        this.#tokens.delete(token);
        const session = randomBytes(24).toString('base64url');
        this.#sessions.push(session);
        if (this.#sessions.length > LONGEST_SESSION_COUNT) this.#sessions.shift();
        return session;
      }
    return undefined;
  }

  /** Whether a request carries a session, as cookie or as `authorization: Bearer`. */
  admits(request: IncomingMessage): boolean {
    const given = bearer(request) ?? cookies(request).get(this.#cookie);
    return given !== undefined && this.#sessions.some((session) => same(session, given));
  }

  /** Value of a Set-Cookie header that keeps a session: scripts cannot read it, other sites cannot send it. */
  setCookie(session: string): string {
    return `${this.#cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** What stands after `authorization: Bearer`. */
export function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]{1,256})$/.exec(request.headers.authorization ?? '')?.[1];
}

function cookies(request: IncomingMessage): Map<string, string> {
  return new Map(
    (request.headers.cookie ?? '').split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()] as const];
    }),
  );
}
