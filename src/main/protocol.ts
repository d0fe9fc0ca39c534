import { protocol, type Session } from 'electron';
import { InterfaceFiles, NOT_BUILT_PAGE } from '../host/interface-files.ts';
import { pageHeaders } from '../host/security-headers.ts';
import { APP_ORIGIN, APP_SCHEME, routeOf } from './address.ts';
import { engineResponse, fileResponse, refusal } from './responses.ts';

/** Makes the scheme one of real origins, with fetch and players. Before the program is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Answers what windows load: the interface from its folder, everything else from the engine. */
export function serveScheme(session: Session, interfaceFolder: string, socket: () => Promise<string>): void {
  const files = new InterfaceFiles(interfaceFolder);
  session.protocol.handle(APP_SCHEME, async (request) => {
    const route = routeOf(request.method, request.url);
    if (route.kind === 'refused') return refusal(route.status, 'This address is not one of Retake.');
    try {
      if (route.kind === 'engine') return await engineResponse(await socket(), route.path, request);
    } catch {
      return refusal(503, 'The engine was interrupted. Try again.');
    }
    const file = files.find(route.path);
    if (file) return await fileResponse(request, file);
    if (route.path !== '/') return refusal(404, 'There is nothing at this address.');
    const headers = { ...pageHeaders(APP_ORIGIN), 'content-type': 'text/html; charset=utf-8' };
    return new Response(NOT_BUILT_PAGE, { headers });
  });
}
