import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeLibraries } from './device-key.ts';
import type { LoadedPack } from './pack-store.ts';
import { type ProbeAnswer, type ProbeRequest, probeAnswerSchema } from './probe-protocol.ts';
import type { ProviderId } from './providers.ts';

/** A provider that has not answered by then is of no use; software Vulkan takes up to a minute to compile. */
const TIME_LIMIT_MS = 90_000;
const SCRIPT = fileURLToPath(new URL('./probe-child.ts', import.meta.url));

/** Shortens what a runtime prints to one readable line. */
export function shortReason(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // ONNX Runtime puts source file, line and function first; the last sentence is the one that says something.
  const sentence = /was false\. (.+)$/.exec(line)?.[1] ?? line;
  return sentence.length > 200 ? `${sentence.slice(0, 197)}...` : sentence;
}

/** Libraries that ONNX Runtime loads for providers that do not come with it. */
function missingLibrary(provider: ProviderId): string | null {
  if (provider !== 'cuda' && provider !== 'tensorrt') return null;
  const windows = process.platform === 'win32';
  const name = windows ? `onnxruntime_providers_${provider}.dll` : `libonnxruntime_providers_${provider}.so`;
  return existsSync(join(runtimeLibraries(), name)) ? null : name;
}

function parseAnswer(output: string): ProbeAnswer | null {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    return probeAnswerSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * Runs a model on a provider and on the processor in a process of its own. Never rejects for what the provider does:
 * a crash, an endless run or nonsense on its output is an answer like any other.
 */
export async function probeProvider(
  pack: LoadedPack,
  provider: ProviderId,
  script: string = SCRIPT,
  timeLimitMs: number = TIME_LIMIT_MS,
): Promise<ProbeAnswer> {
  const missing = missingLibrary(provider);
  if (missing !== null) return { outcome: 'unavailable', reason: `${missing} is not installed beside ONNX Runtime` };
  const request: ProbeRequest = {
    provider,
    entry: join(pack.folder, pack.manifest.entry),
    manifest: join(pack.folder, 'pack.json'),
  };
  const child = spawn(process.execPath, [script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // In the desktop program execPath is Electron, which runs a script like Node only when told to.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
  });
  let output = '';
  let messages = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages += text;
  });
  child.stdin.on('error', () => undefined); // a child that died early is reported below
  child.stdin.end(JSON.stringify(request));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeLimitMs);
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  clearTimeout(timer);
  if (late) return { outcome: 'failed', reason: `no answer within ${Math.round(timeLimitMs / 1000)} s` };
  const answer = parseAnswer(output);
  // An answer counts even if the process then dies while its driver shuts down: sessions live on in the program.
  if (answer === null) return { outcome: 'failed', reason: `crashed (${ended}) ${shortReason(messages)}`.trim() };
  return answer.outcome === 'ran' ? answer : { ...answer, reason: shortReason(answer.reason) };
}
