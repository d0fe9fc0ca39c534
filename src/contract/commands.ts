import type { OptionId } from './options.ts';

/** A value that follows the command's name. */
export interface CommandArgument {
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
}

/** One command, described once: command line, help, and later menu and palette. */
export interface Command {
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly OptionId[];
  /** Command lines without the leading `retake`, each with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

const clip: CommandArgument = {
  name: 'clip',
  help: 'the clip: a video file, or a folder of numbered images',
  required: true,
};
const output: readonly OptionId[] = ['json', 'quiet', 'verbose'];

/** All commands in the order of the help text. */
export const COMMANDS = {
  probe: {
    summary: 'say what a clip is',
    description: 'Prints size, frame rate, length, colour, sound and anything unusual about a clip.',
    arguments: [clip],
    options: output,
    examples: [
      ['probe clip.mp4', 'size, rate, colour and sound in words'],
      ['probe clip.mp4 --json', 'the same for a script'],
    ],
  },
  track: {
    summary: "capture the actors' faces as an editable 3D performance",
    description:
      'Finds every face, follows it through the clip and recovers pose, gaze and 52 expression coefficients per frame.',
    arguments: [clip],
    options: ['out', 'glb', 'obj', 'overlay', 'from', 'until', ...output],
    examples: [
      ['track clip.mp4', 'writes clip.performance.json beside the clip'],
      [
        'track clip.mp4 --out perf.json --glb face.glb --overlay overlay.mp4',
        'also a mesh for Blender and a check video',
      ],
      ['track clip.mp4 --from 00:00:02:00 --until 00:00:04:00 --json', 'two seconds of it, result for a script'],
    ],
  },
  emotion: {
    summary: "change an actor's emotion and keep the speech",
    description:
      'Re-performs the face in the clip with another emotion. Sound is copied, pixels outside the face stay as they are, and the result is labelled as edited, inside the file and beside it.',
    arguments: [clip],
    options: [
      'to',
      'intensity',
      'keys',
      'actionUnits',
      'reference',
      'preserveLips',
      'actor',
      'from',
      'until',
      'performance',
      'out',
      'preset',
      'layers',
      'seed',
      ...output,
    ],
    examples: [
      ['emotion clip.mp4 --to happy --intensity 0.8 --out happy.mp4', 'one emotion over the whole clip'],
      ['emotion clip.mp4 --keys "0s:neutral 2s:happy@1 4s:sad@0.6"', 'emotions on a timeline; writes clip.keys.mp4'],
      ['emotion clip.mp4 --reference other.mp4 --preset prores422hq', 'the manner of another clip, for editing'],
      ['emotion clip.mp4 --to sad --layers layers/', 'with EXR layers for compositing'],
    ],
  },
  report: {
    summary: 'measure what an edit did, or read the label of an edited file',
    description:
      'With one file: prints its provenance, what was changed and by which models. With two: compares them frame by frame (depicted expression, identity, lips, change outside the face, flicker) and lists the worst frames.',
    arguments: [
      { name: 'before', help: 'the source clip, or the only file', required: true },
      { name: 'after', help: 'the edited clip', required: false },
    ],
    options: ['html', 'from', 'until', ...output],
    examples: [
      ['report happy.mp4', 'what was changed in this file'],
      ['report clip.mp4 happy.mp4', 'how well the edit went'],
      ['report clip.mp4 happy.mp4 --html report.html', 'as a page with the worst frames'],
    ],
  },
  doctor: {
    summary: 'check this machine: devices, models, codecs',
    description:
      'Probes every inference provider with a real run, lists codecs and versions, and says what is missing.',
    arguments: [],
    options: output,
    examples: [['doctor', 'what works here and what does not']],
  },
  models: {
    summary: 'list the models, their licences and hashes',
    description: 'Lists the model packs that Retake uses. With --verify every file is hashed and compared.',
    arguments: [],
    options: ['verify', ...output],
    examples: [
      ['models', 'names, tasks, licences'],
      ['models --verify', 'detects a damaged or swapped model file'],
    ],
  },
  demo: {
    summary: 'do the main job on a demo clip, or on yours, and show it',
    description:
      'Tracks a clip, changes its emotion three times, measures the result, writes layers, a contact sheet and a page that shows everything side by side. Without a clip it renders a digital actor of its own.',
    arguments: [{ name: 'clip', help: 'your own clip instead of the digital actor', required: false }],
    options: ['demoOut', ...output],
    examples: [
      ['demo', 'writes demo-out/index.html'],
      ['demo clip.mp4 --out my-demo', 'with your own clip'],
    ],
  },
} as const satisfies Readonly<Record<string, Command>>;

/** Name of a command. */
export type CommandId = keyof typeof COMMANDS;
