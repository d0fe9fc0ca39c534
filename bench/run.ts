// Runs the benches named on the command line (all without a name) one after another, each in a process of its own, and
// prints their figures as one Markdown table. `--list` only lists them.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly value: number | string;
  readonly unit?: string;
  readonly bar?: number | string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'run.ts')
  .map((name) => basename(name, '.ts'));

/** The comment at the top of a bench says what it measures. */
function summary(name: string): string {
  const lines = readFileSync(`${here}${name}.ts`, 'utf8').split('\n');
  const comment = lines.filter(
    (line, at) => line.startsWith('//') && lines.slice(0, at).every((l) => l.startsWith('//')),
  );
  return comment.map((line) => line.slice(3)).join(' ');
}

function parseFigure(line: string, name: string): Figure | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as Partial<Figure>;
    return value.figure === undefined || value.value === undefined ? null : { ...(value as Figure), bench: name };
  } catch {
    return null;
  }
}

function runBench(name: string): Promise<{ figures: Figure[]; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${here}${name}.ts`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const figures = text.split('\n').map((line) => parseFigure(line, name));
      resolve({ figures: figures.filter((figure) => figure !== null), code });
    });
  });
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exitCode = 2;
} else if (process.argv.includes('--list')) {
  for (const name of names) console.log(`${name.padEnd(20)} ${summary(name)}`);
} else {
  const rows = ['| bench | figure | value | unit | bar |', '|---|---|---|---|---|'];
  for (const name of wanted.length > 0 ? wanted : names) {
    console.error(`${name} ...`);
    const { figures, code } = await runBench(name);
    if (code !== 0) {
      console.error(`${name} ended with ${code}`);
      process.exitCode = 1;
    }
    for (const { figure, value, unit = '', bar = '' } of figures)
      rows.push(`| ${name} | ${figure} | ${value} | ${unit} | ${bar} |`);
  }
  console.log(rows.join('\n'));
}
