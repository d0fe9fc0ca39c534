import { RetakeError } from '../core/errors.ts';

interface OptionBase {
  /** Long flag without the dashes; also the name in documents. */
  readonly flag: string;
  /** What stands for the value in help, e.g. `FILE`; none for a switch. */
  readonly value?: string;
  /** One line of help, without a full stop. */
  readonly help: string;
}

/** A number with limits, both inclusive. */
export interface NumberOption extends OptionBase {
  readonly kind: 'number' | 'integer';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** One of a closed list of words. */
export interface ChoiceOption<T extends string = string> extends OptionBase {
  readonly kind: 'choice';
  readonly choices: readonly T[];
  readonly default?: T;
}

/** Free text that a service parses because it needs more than the text: keys need the frame rate, positions the clip. */
export interface TextOption extends OptionBase {
  readonly kind: 'text' | 'position' | 'input-file' | 'output-file' | 'output-folder';
  readonly default?: string;
}

/** On or off; off when absent. */
export interface SwitchOption extends OptionBase {
  readonly kind: 'switch';
  readonly default?: false;
}

/**
 * One option of a command, described once: it becomes a command-line flag with its help, a field of an inspector, a
 * column of a schema and a line of the manual.
 */
export type Option = NumberOption | ChoiceOption | TextOption | SwitchOption;

/** The type of a parsed value of an option. */
export type OptionValue<O extends Option> = O extends { kind: 'number' | 'integer' }
  ? number
  : O extends { kind: 'choice'; choices: readonly (infer T)[] }
    ? T
    : O extends { kind: 'switch' }
      ? boolean
      : string;

function refuse(option: Option, text: string, expected: string): RetakeError {
  return new RetakeError('invalid-argument', `--${option.flag} takes ${expected}, not "${text}".`, {
    option: option.flag,
    value: text,
  });
}

/** The value that `text` means for `option`. Throws `invalid-argument` with the range, `unknown-label` with the choices. */
export function parseOption(option: Option, text: string): string | number | boolean {
  switch (option.kind) {
    case 'number':
    case 'integer': {
      const value = /^-?\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
      const whole = option.kind === 'integer';
      if (value >= option.min && value <= option.max && (!whole || Number.isSafeInteger(value))) return value;
      throw refuse(option, text, `a ${whole ? 'whole ' : ''}number from ${option.min} to ${option.max}`);
    }
    case 'choice': {
      const value = text.trim().toLowerCase();
      if (option.choices.includes(value)) return value;
      throw new RetakeError(
        'unknown-label',
        `--${option.flag} takes one of ${option.choices.join(', ')}, not "${text}".`,
        { option: option.flag, value: text, labels: option.choices },
      );
    }
    case 'switch':
      return true;
    default:
      if (text.trim() === '') throw refuse(option, text, `a value (${option.value ?? 'text'})`);
      return text;
  }
}
