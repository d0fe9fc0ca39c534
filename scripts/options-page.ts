// docs/options.md from the registries of commands and options. Writes it, or with --check says whether it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS, type Command } from '../src/contract/commands.ts';
import type { Option } from '../src/contract/option.ts';
import { OPTIONS } from '../src/contract/options.ts';
import { PRESETS } from '../src/contract/presets.ts';

const path = fileURLToPath(new URL('../docs/options.md', import.meta.url));
const cell = (text: string): string => text.replaceAll('|', '\\|');

function rangeOf(option: Option): string {
  if (option.kind === 'switch') return '';
  if (option.kind === 'choice') return option.choices.join(', ');
  if (option.kind === 'number' || option.kind === 'integer') return `${option.min} to ${option.max}`;
  return option.value ?? '';
}

function optionRow(id: keyof typeof OPTIONS): string {
  const option: Option = OPTIONS[id];
  const initial = option.default === undefined || option.default === false ? '' : String(option.default);
  return `| \`--${option.flag}\` | ${cell(rangeOf(option))} | ${initial} | ${cell(option.help)} |`;
}

function commandText(id: string, command: Command): string {
  const places = command.arguments.map(({ name, required, many }) => {
    const text = many ? `${name}...` : name;
    return required ? `<${text}>` : `[${text}]`;
  });
  const lines = [
    `## retake ${id}`,
    '',
    command.description,
    '',
    `    ${['retake', id, ...places, '[options]'].join(' ')}`,
  ];
  if (command.arguments.length > 0)
    lines.push('', ...command.arguments.map(({ name, help }) => `- \`${name}\`: ${help}`));
  lines.push('', '| option | value | default | meaning |', '|---|---|---|---|', ...command.options.map(optionRow));
  lines.push('', ...command.examples.map(([line, meaning]) => `- \`retake ${line}\`: ${meaning}`));
  return lines.join('\n');
}

const page = `${[
  '# Commands and options',
  'Made by `npm run docs` from `src/contract`; do not edit.',
  ...Object.entries(COMMANDS).map(([id, command]) => commandText(id, command)),
  '## Presets',
  [
    '| preset | output |',
    '|---|---|',
    ...Object.entries(PRESETS).map(([id, { help }]) => `| \`${id}\` | ${help} |`),
  ].join('\n'),
].join('\n\n')}\n`;

if (process.argv.includes('--check')) {
  let old = '';
  try {
    old = readFileSync(path, 'utf8');
  } catch {
    // Missing is stale.
  }
  if (old !== page) {
    console.error('docs/options.md does not say what the program does any more. Run "npm run docs" and commit it.');
    process.exitCode = 1;
  }
} else writeFileSync(path, page);
