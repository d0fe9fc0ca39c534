import { EMOTION_LABELS, MAX_INTENSITY } from './emotion.ts';
import type { Option, OptionValue } from './option.ts';
import { PRESET_IDS } from './presets.ts';

/** Every option of Retake, described once. Keys are the names in code, `flag` the ones on the command line. */
export const OPTIONS = {
  json: {
    kind: 'switch',
    flag: 'json',
    help: 'print exactly one JSON object on standard output; the log goes to standard error',
  },
  quiet: { kind: 'switch', flag: 'quiet', help: 'no progress, no log; errors only' },
  verbose: { kind: 'switch', flag: 'verbose', help: 'log more, and show where an error came from' },
  from: {
    kind: 'position',
    flag: 'from',
    value: 'POSITION',
    help: 'first frame: frames (120), seconds (4.8s) or timecode (00:00:04:20)',
  },
  until: {
    kind: 'position',
    flag: 'until',
    value: 'POSITION',
    help: 'first frame that is no longer included, in the same forms',
  },
  out: { kind: 'output-file', flag: 'out', value: 'FILE', help: 'where to write the result' },
  glb: { kind: 'output-file', flag: 'glb', value: 'FILE', help: 'also write the animated face mesh as binary glTF' },
  obj: { kind: 'output-folder', flag: 'obj', value: 'FOLDER', help: 'also write one OBJ mesh per frame' },
  overlay: {
    kind: 'output-file',
    flag: 'overlay',
    value: 'FILE',
    help: 'also write a video with the mesh drawn on the clip',
  },
  performance: {
    kind: 'input-file',
    flag: 'performance',
    value: 'FILE',
    help: 'reuse a performance written by "retake track" from the same clip',
  },
  actor: {
    kind: 'text',
    flag: 'actor',
    value: 'N|all',
    default: 'all',
    help: 'which actor to work on, counted from 1',
  },
  to: { kind: 'choice', flag: 'to', value: 'EMOTION', choices: EMOTION_LABELS, help: 'the emotion to show' },
  intensity: {
    kind: 'number',
    flag: 'intensity',
    value: 'NUMBER',
    min: 0,
    max: MAX_INTENSITY,
    default: 1,
    help: 'how strongly; 1 is a clear acted expression, more exaggerates',
  },
  strength: {
    kind: 'number',
    flag: 'strength',
    value: 'NUMBER',
    min: 0,
    max: 1,
    default: 1,
    help: 'how much of the restored detail shows',
  },
  shutter: {
    kind: 'number',
    flag: 'shutter',
    value: 'DEGREES',
    min: 11,
    max: 720,
    default: 180,
    help: 'where the search for the shutter of the clip begins; 360 is open all the time',
  },
  assumeBlurred: {
    kind: 'switch',
    flag: 'assume-blurred',
    help: 'restore though sharper frames do not prove that the clip is blurred; --shutter then says how long it was open',
  },
  keys: {
    kind: 'text',
    flag: 'keys',
    value: 'KEYS',
    help: 'emotions over time, instead of --to: "0s:neutral 2s:happy@1 4s:sad@0.6"',
  },
  actionUnits: {
    kind: 'text',
    flag: 'au',
    value: 'LIST',
    help: 'set single action units by hand: "browInnerUp=0.5,mouthSmile=0.3"',
  },
  reference: {
    kind: 'input-file',
    flag: 'reference',
    value: 'CLIP',
    help: 'take over the manner of the person in another clip, instead of --to',
  },
  preserveLips: {
    kind: 'number',
    flag: 'preserve-lips',
    value: 'NUMBER',
    min: 0,
    max: 1,
    default: 0.9,
    help: 'how much of the speech on the lips is kept',
  },
  seed: {
    kind: 'integer',
    flag: 'seed',
    value: 'NUMBER',
    min: 0,
    max: 2 ** 32 - 1,
    default: 1,
    help: 'the same seed gives the same result',
  },
  layers: {
    kind: 'output-folder',
    flag: 'layers',
    value: 'FOLDER',
    help: 'also write patch, matte and ST map as EXR, to rebuild the edit on the plate',
  },
  preset: {
    kind: 'choice',
    flag: 'preset',
    value: 'PRESET',
    choices: PRESET_IDS,
    default: 'h264',
    help: 'output format',
  },
  audio: {
    kind: 'input-file',
    flag: 'audio',
    value: 'FILE',
    help: 'the recording that is to be spoken; any sound or film',
  },
  text: {
    kind: 'input-file',
    flag: 'text',
    value: 'FILE',
    help: 'what the recording says, as a text file; without it the sound alone is listened to',
  },
  language: {
    kind: 'text',
    flag: 'language',
    value: 'CODE',
    default: 'en',
    help: 'language of the text, en or fr; others are listened to without it',
  },
  style: {
    kind: 'text',
    flag: 'style',
    value: 'STYLE',
    default: 'neutral',
    help: 'how it is spoken: neutral, lively, calm, ballad, rap, a style file (.json), or a clip to learn from; "A+B" mixes two',
  },
  styleStrength: {
    kind: 'number',
    flag: 'style-strength',
    value: 'NUMBER',
    min: 0,
    max: 1.5,
    default: 1,
    help: 'how much of the style; 0 is neutral, more than 1 exaggerates',
  },
  fps: {
    kind: 'text',
    flag: 'fps',
    value: 'RATE',
    default: '25',
    help: 'frames per second: 25, 29.97, 23.976, or a fraction like 30000/1001',
  },
  face: {
    kind: 'integer',
    flag: 'face',
    value: 'NUMBER',
    min: 1,
    max: 64,
    help: 'which face of a portrait with several speaks, counted from the left',
  },
  more: {
    kind: 'text',
    flag: 'more',
    value: 'FILES',
    help: 'other photographs of the person, separated by commas: open mouths are taken from them',
  },
  html: { kind: 'output-file', flag: 'html', value: 'FILE', help: 'also write the report as a page to look at' },
  port: {
    kind: 'integer',
    flag: 'port',
    value: 'PORT',
    min: 0,
    max: 65_535,
    default: 0,
    help: 'port on 127.0.0.1; 0 takes any free one',
  },
  verify: { kind: 'switch', flag: 'verify', help: 'check every file against its recorded hash' },
  name: { kind: 'text', flag: 'name', value: 'NAME', help: 'name of the project' },
  bin: { kind: 'switch', flag: 'bin', help: 'into the media bin only, not onto the timeline' },
  sequence: { kind: 'text', flag: 'sequence', value: 'NAME', help: 'which sequence: its name or number; the first' },
  recipe: {
    kind: 'input-file',
    flag: 'recipe',
    value: 'FILE',
    help: 'options for all clips as a JSON object: {"to": "happy", "intensity": 0.8}',
  },
  outFolder: { kind: 'output-folder', flag: 'out-folder', value: 'FOLDER', help: 'where to write; beside the clips' },
  recursive: { kind: 'switch', flag: 'recursive', help: 'folders in the folders too' },
  once: { kind: 'switch', flag: 'once', help: 'render what is there now, then end' },
  priority: {
    kind: 'integer',
    flag: 'priority',
    value: 'NUMBER',
    min: -1000,
    max: 1000,
    help: 'higher runs first',
  },
  workers: {
    kind: 'integer',
    flag: 'workers',
    value: 'NUMBER',
    min: 1,
    max: 64,
    help: 'render processes at once; one for every two cores',
  },
  forever: { kind: 'switch', flag: 'forever', help: 'wait for further jobs until stopped' },
  queue: { kind: 'output-file', flag: 'queue', value: 'FILE', help: 'another queue file than your own' },
  demoOut: {
    kind: 'output-folder',
    flag: 'out',
    value: 'FOLDER',
    default: 'demo-out',
    help: 'where to write the demo',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** Name of an option in code. */
export type OptionId = keyof typeof OPTIONS;

/** Parsed values of some options; absent ones without a default are missing. */
export type OptionValues<Ids extends OptionId = OptionId> = {
  readonly [Id in Ids]?: OptionValue<(typeof OPTIONS)[Id]>;
};

/** Options that have a value when none is given. */
type DefaultedId = {
  [Id in OptionId]: (typeof OPTIONS)[Id] extends { default: unknown } ? Id : never;
}[OptionId];

/** Parsed values in which nothing that has a default is missing. */
export type FilledValues = OptionValues & Required<OptionValues<DefaultedId>>;

/** `values`, and the defaults of all options that are not among them. */
export function withDefaults(values: OptionValues): FilledValues {
  const defaults = Object.entries<Option>(OPTIONS).flatMap(([id, option]) =>
    option.default === undefined ? [] : [[id, option.default]],
  );
  return { ...Object.fromEntries(defaults), ...values } as FilledValues;
}
