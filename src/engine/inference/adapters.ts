import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const TIME_LIMIT_MS = 10_000;

async function lines(command: string, parameters: readonly string[]): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(command, [...parameters], {
      timeout: TIME_LIMIT_MS,
      windowsHide: true,
    });
    return stdout
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    return []; // a system without the command has no such adapter to tell of
  }
}

/** PCI vendors of graphics adapters (https://pcisig.com). */
const VENDORS: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

function drmAdapters(): string[] {
  const root = '/sys/class/drm';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((name) => {
      const read = (file: string): string | null => {
        const path = join(root, name, 'device', file);
        return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
      };
      const vendor = read('vendor');
      return vendor === null ? [] : [`${VENDORS[vendor] ?? vendor} ${read('device') ?? ''}`.trim()];
    });
}

/** Names of the graphics adapters that the system knows; empty when there are none. */
export async function graphicsAdapters(): Promise<string[]> {
  if (process.platform === 'win32') {
    const query = 'Get-CimInstance Win32_VideoController | ForEach-Object { $_.Name }';
    return lines('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query]);
  }
  if (process.platform === 'darwin') {
    const report = await lines('system_profiler', ['SPDisplaysDataType']);
    return report.filter((line) => line.startsWith('Chipset Model:')).map((line) => line.slice(15).trim());
  }
  const nvidia = await lines('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  const others = drmAdapters().filter((name) => nvidia.length === 0 || !name.startsWith('NVIDIA'));
  return [...nvidia, ...others];
}
