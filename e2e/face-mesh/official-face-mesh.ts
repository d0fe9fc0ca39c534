import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const ownFolder = fileURLToPath(new URL('.', import.meta.url));
const packageFolder = fileURLToPath(new URL('../../node_modules/@mediapipe/face_mesh', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
};

/** Where Debian and others put Chromium. */
export const CHROMIUM = process.env['RETAKE_CHROMIUM'] ?? '/usr/bin/chromium';

function pathOf(name: string): string {
  const mesh = /^\/face_mesh\/([\w.-]+)$/.exec(name)?.[1];
  return mesh === undefined ? join(ownFolder, basename(name)) : join(packageFolder, mesh);
}

/** MediaPipe's own face mesh in Chromium: WASM and WebGL as published, in software where there is no GPU. */
export class OfficialFaceMesh implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #close: () => void;
  readonly #files: Map<string, Uint8Array>;
  readonly #address: string;

  private constructor(browser: Browser, close: () => void, files: Map<string, Uint8Array>, address: string) {
    this.#browser = browser;
    this.#close = close;
    this.#files = files;
    this.#address = address;
  }

  /** Starts Chromium and a server on the loopback interface. */
  static async start(): Promise<OfficialFaceMesh> {
    const files = new Map<string, Uint8Array>();
    const server = createServer(async (request, response) => {
      const name = new URL(request.url ?? '/', 'http://localhost').pathname;
      try {
        const body = files.get(name) ?? (await readFile(pathOf(name)));
        response.setHeader('content-type', CONTENT_TYPES[extname(name)] ?? 'application/octet-stream');
        response.end(body);
      } catch {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    });
    return new OfficialFaceMesh(browser, () => server.close(), files, `http://127.0.0.1:${port}`);
  }

  /**
   * Follows one face through frames given as PNG files, as in a video (no static-image mode). Per frame: [478, 3] with
   * x and y in 0..1 of the picture, or null without a face.
   */
  async track(frames: readonly Uint8Array[]): Promise<(Float32Array | null)[]> {
    this.#files.clear();
    for (const [index, png] of frames.entries()) this.#files.set(`/frames/${index}.png`, png);
    const tab = await this.#browser.newPage();
    try {
      const messages: string[] = [];
      tab.on('console', (message) => messages.push(message.text()));
      await tab.goto(`${this.#address}/official-page.html`);
      const tracking = tab.evaluate<(number[] | null)[]>(`trackFrames(${frames.length})`);
      const found = await tracking.catch((error: unknown) => {
        throw new Error(`face mesh in Chromium failed: ${messages.slice(-40).join(' | ')}`, { cause: error });
      });
      return found.map((values) => (values === null ? null : Float32Array.from(values)));
    } finally {
      await tab.close();
    }
  }

  /** Ends Chromium and the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    this.#close();
  }
}
