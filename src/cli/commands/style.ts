import { withDefaults } from '../../contract/options.ts';
import { extractStyle } from '../../engine/services/style-service.ts';
import type { CommandModule } from '../command-module.ts';
import { formatNumber, formatSeconds, table } from '../format/text.ts';

const degrees = (radians: number): string => formatNumber((radians * 180) / Math.PI, 1);

/** `retake style extract`. */
export const styleExtract: CommandModule<'style extract'> = {
  run: ([reference], values, context) => extractStyle({ ...withDefaults(values), reference: reference! }, context),
  print: (result) =>
    table([
      ...result.outputs.map(({ kind, path }) => [kind, path] as const),
      [
        'learnt',
        `${result.depth === 'full' ? 'mouth, habits, blinks, brows, head' : 'mouth only'} from ${formatSeconds(result.speechSeconds)} of speech`,
      ],
      [
        'mouth',
        `${formatNumber(result.mouth.gain)} x as wide, ${Math.round(result.mouth.lagSeconds * 1000)} ms after the sound`,
      ],
      ...(result.depth === 'full'
        ? ([
            ['blinks', `${formatNumber(result.blinksPerMinute, 0)} a minute`],
            [
              'head',
              `yaw ${degrees(result.head.yaw)}°, pitch ${degrees(result.head.pitch)}°, roll ${degrees(result.head.roll)}°; ${result.excerpts} pieces of motion`,
            ],
          ] as [string, string][])
        : []),
      ...result.notes.map((note) => ['note', note] as const),
    ]),
};
