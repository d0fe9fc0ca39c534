import { ENGINE_AREAS } from '../host/proxy.ts';

/** Scheme of everything that windows load. */
export const APP_SCHEME = 'retake';
const HOST = 'studio';

/** Where windows begin, and the only place that they may be at. */
export const APP_ORIGIN = `${APP_SCHEME}://${HOST}`;

/** The page of a window. */
export const APP_PAGE = `${APP_ORIGIN}/`;

/** Whether an address is one of ours: of the scheme and host of the interface, nothing that merely begins alike. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === `${APP_SCHEME}:` && url.host === HOST && url.username === '' && url.port === '';
}

/** Whether an address is that of the interface's page itself; what follows a `#` does not matter. */
export function isPageAddress(address: string): boolean {
  return isOwnAddress(address) && ['', '/', '/index.html'].includes(new URL(address).pathname);
}

/** What answers a request. */
export type Route =
  | { readonly kind: 'interface'; readonly path: string }
  | { readonly kind: 'engine'; readonly path: string }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404 | 405 };

/**
 * Who answers a request of a window: the built interface, the engine, or nobody. The engine checks its paths once more
 * by itself; what tries to leave its folder is refused here already.
 */
export function routeOf(method: string, address: string): Route {
  if (!isOwnAddress(address)) return { kind: 'refused', status: 403 };
  const { pathname, search } = new URL(address);
  if (/%2f|%5c|%00|\\|%(?![0-9a-f]{2})/i.test(pathname) || /(^|\/)(\.|%2e){1,2}(\/|$)/i.test(pathname))
    return { kind: 'refused', status: 400 };
  const reads = method === 'GET' || method === 'HEAD';
  const [area = ''] = pathname.slice(1).split('/');
  if (ENGINE_AREAS.has(area)) {
    if (!reads && !(method === 'PUT' && area === 'upload')) return { kind: 'refused', status: 405 };
    return { kind: 'engine', path: pathname + search };
  }
  return reads ? { kind: 'interface', path: pathname } : { kind: 'refused', status: 405 };
}
