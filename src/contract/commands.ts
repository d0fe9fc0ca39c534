import type { OptionId } from './options.ts';

/** A value that follows the command's name. */
export interface CommandArgument {
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
  /** Several values, to the end of the line. */
  readonly many?: boolean;
}

/** One command, described once: command line, help, and later menu and palette. */
export interface Command {
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly OptionId[];
  /** Command lines without the leading `retake`, each with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** With --json it prints one object a line while it works; the last one is the result. */
  readonly streams?: boolean;
}

const clip: CommandArgument = {
  name: 'clip',
  help: 'the clip: a video file, or a folder of numbered images',
  required: true,
};
const project: CommandArgument = { name: 'project', help: 'the project file (.retake)', required: true };
const jobs: CommandArgument = { name: 'jobs', help: 'numbers of jobs, or all', required: true, many: true };
const edit: readonly OptionId[] = [
  'to',
  'intensity',
  'keys',
  'actionUnits',
  'reference',
  'preserveLips',
  'actor',
  'from',
  'until',
  'preset',
  'seed',
];

/** Names of the groups that commands of two words belong to, and what their commands do. */
export const COMMAND_GROUPS = {
  project: 'make, look at, fill, save and export projects',
  queue: 'render many clips and projects unattended',
  style: 'learn how somebody speaks',
} as const;

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
  talk: {
    summary: 'make a portrait speak a recording',
    description:
      'Moves the mouth, eyes and head of a photograph, painting or drawing to a recording, in a style that can be learnt from a clip of somebody else. The result has the size of the portrait, is labelled as made, inside the file and beside it, and is the same for the same seed.',
    arguments: [{ name: 'portrait', help: 'a picture of a face', required: true }],
    options: [
      'audio',
      'text',
      'language',
      'style',
      'styleStrength',
      'fps',
      'face',
      'more',
      'out',
      'preset',
      'seed',
      ...output,
    ],
    examples: [
      ['talk portrait.jpg --audio voice.wav', 'writes portrait.talk.mp4'],
      ['talk portrait.jpg --audio voice.wav --text words.txt --style lively --fps 29.97', 'with the words, livelier'],
      ['talk portrait.jpg --audio voice.wav --style speaker.mp4 --style-strength 0.8', 'in the manner of a clip'],
    ],
  },
  dub: {
    summary: 'make a filmed actor speak another recording',
    description:
      'Moves the mouth and jaw of the actor in a clip to a new recording and puts it in place of the sound. Head, eyes and the rest of the performance stay. Sound that is longer than the clip is cut, under shorter sound the mouth rests; both are told.',
    arguments: [clip],
    options: [
      'audio',
      'text',
      'language',
      'style',
      'styleStrength',
      'actor',
      'performance',
      'out',
      'preset',
      'seed',
      ...output,
    ],
    examples: [['dub clip.mp4 --audio new.wav --text new.txt', 'writes clip.dub.mp4']],
  },
  'style extract': {
    summary: 'learn a speaking style from a clip with sound',
    description:
      "Measures how the person in a clip speaks: how far the mouth opens, its habits, blinks, brows and head. With less than 20 seconds of speech only the mouth's amount, rest and lag are learnt, and it says so.",
    arguments: [{ name: 'reference', help: 'a clip of one person speaking', required: true }],
    options: ['text', 'language', 'actor', 'name', 'out', ...output],
    examples: [['style extract speaker.mp4 --out speaker.style.json', 'for "retake talk --style speaker.style.json"']],
  },
  deblur: {
    summary: 'give motion-blurred faces their detail back',
    description:
      "Finds the frames in which an actor's face is blurred by motion, takes the blur's path from the tracked face, and restores the face from its own frame. Sharp frames stay as they are, bit by bit before encoding, and so does everything outside the faces.",
    arguments: [clip],
    options: [
      ...['strength', 'shutter', 'assumeBlurred', 'actor', 'from', 'until', 'performance', 'out', 'preset', 'layers'],
      ...output,
    ],
    examples: [
      ['deblur clip.mp4 --out sharp.mp4', 'restores the blurred faces'],
      [
        'deblur clip.mp4 --strength 0.6 --shutter 90',
        'gently, in footage with a short shutter; writes clip.deblurred.mp4',
      ],
      ['deblur clip.mp4 --layers layers/ --json', 'with EXR layers for compositing, and figures for a script'],
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
  'project new': {
    summary: 'make a project, with media if you like',
    description: 'Makes a project file and puts the media named onto a sequence of their size and rate.',
    arguments: [project, { name: 'media', help: 'files and folders to import', required: false, many: true }],
    options: ['name', ...output],
    examples: [
      ['project new film.retake', 'an empty project'],
      ['project new film.retake shot1.mp4 shots/', 'with media on a first sequence'],
    ],
  },
  'project info': {
    summary: 'say what a project holds and whether its media are there',
    description: 'Lists media, actors and sequences, who has it open, and what an integrity check finds.',
    arguments: [project],
    options: output,
    examples: [['project info film.retake --json', 'everything, for a script']],
  },
  'project import': {
    summary: 'take in files, folders, OTIO and EDL timelines',
    description:
      'Media go into the bin and onto the end of the first sequence; a timeline (.otio, .edl) becomes a sequence. Files that cannot be read are named, the others are taken in.',
    arguments: [project, { name: 'what', help: 'files, folders, timelines', required: true, many: true }],
    options: ['bin', ...output],
    examples: [
      ['project import film.retake shots/', 'all clips of a folder'],
      ['project import film.retake cut.otio', 'a timeline of another program'],
    ],
  },
  'project export': {
    summary: 'write a sequence as OTIO, EDL or FCPXML, or a performance as glTF',
    description:
      'The ending of --out says what: .otio, .edl, .fcpxml, or .glb for the first tracked performance; without an ending it is a folder that gets a .glb of every one.',
    arguments: [project],
    options: ['out', 'sequence', ...output],
    examples: [
      ['project export film.retake --out cut.otio', 'the first sequence for another program'],
      ['project export film.retake --out faces/', 'the faces of all tracked clips as glTF'],
    ],
  },
  'project recover': {
    summary: 'save what can be read of a damaged project',
    description: 'Reads a damaged project file and writes what is whole into a new one. The old file stays as it is.',
    arguments: [project],
    options: ['out', ...output],
    examples: [['project recover film.retake', 'writes film.recovered.retake']],
  },
  render: {
    summary: 'render a sequence of a project',
    description:
      'Renders with checkpoints: stopped or killed, the same command goes on where it was. Faces that effects need are tracked once and kept in the project.',
    arguments: [project],
    options: ['sequence', 'preset', 'from', 'until', 'out', 'layers', 'workers', ...output],
    examples: [
      ['render film.retake', 'the first sequence, H.264'],
      ['render film.retake --layers layers/', 'with EXR layers of every edited shot, a folder each'],
      ['render film.retake --sequence "Reel 2" --preset prores422hq --out reel2.mov', 'another one, for editing'],
    ],
    streams: true,
  },
  'queue add': {
    summary: 'queue clips, folders, lists and projects',
    description:
      'Clips and folders get the edit that the options (or --recipe) say; a list (.csv with a header line, or .json) says it per clip, in columns named like the flags; a project (.retake) is rendered as it is. Nothing is queued unless all of it is right.',
    arguments: [{ name: 'what', help: 'clips, folders, lists, projects', required: true, many: true }],
    options: [...edit, 'recipe', 'recursive', 'outFolder', 'sequence', 'priority', 'queue', ...output],
    examples: [
      ['queue add shots/ --to happy --intensity 0.8 --out-folder out/', 'a folder, one edit'],
      ['queue add tonight.csv', 'lines of "clip,to,intensity,out"'],
      ['queue add film.retake --preset prores422hq', 'a project'],
    ],
  },
  'queue list': {
    summary: 'show the jobs, in the order in which they run',
    description: 'Number, state, progress, and why a job failed.',
    arguments: [],
    options: ['queue', ...output],
    examples: [['queue list', 'all jobs']],
  },
  'queue run': {
    summary: 'render what is queued',
    description:
      'Works until no job can run any more. A job that fails says why and does not stop the others; the exit code is then 1. Killed, it goes on at the last finished part when it is run again.',
    arguments: [],
    options: ['workers', 'forever', 'queue', ...output],
    examples: [
      ['queue run', 'all of it'],
      ['queue run --workers 2 --json', 'two at a time; events as JSON lines'],
    ],
    streams: true,
  },
  'queue watch': {
    summary: 'render what appears in a folder',
    description:
      'Queues each new clip of a folder with the edit given and renders it, until you press Ctrl-C; with --once until all that is in it now is done. A clip that fails says why and does not stop the others.',
    arguments: [{ name: 'folder', help: 'the folder to watch', required: true }],
    options: [...edit, 'recipe', 'recursive', 'once', 'outFolder', 'workers', 'queue', ...output],
    examples: [
      ['queue watch inbox/ --recipe happy.json', 'writes to inbox/rendered'],
      ['queue watch reel/ --recursive --once --recipe happy.json --out-folder out/', 'a tree of clips over night'],
    ],
    streams: true,
  },
  'queue pause': {
    summary: 'pause jobs; finished parts stay',
    description: 'A running job stops; what it finished is kept.',
    arguments: [jobs],
    options: ['queue', ...output],
    examples: [['queue pause 3', 'job 3']],
  },
  'queue resume': {
    summary: 'go on with paused jobs',
    description: 'Puts paused jobs back into the queue.',
    arguments: [jobs],
    options: ['queue', ...output],
    examples: [['queue resume all', 'all paused ones']],
  },
  'queue retry': {
    summary: 'try failed or cancelled jobs again',
    description: 'Finished parts are kept, so only what is missing is rendered.',
    arguments: [jobs],
    options: ['queue', ...output],
    examples: [['queue retry 3 4', 'two jobs']],
  },
  'queue cancel': {
    summary: 'cancel jobs',
    description: 'They stay in the list and can be tried again.',
    arguments: [jobs],
    options: ['queue', ...output],
    examples: [['queue cancel 3', 'job 3']],
  },
  'queue remove': {
    summary: 'take ended jobs off the list',
    description: 'Outputs stay where they are.',
    arguments: [jobs],
    options: ['queue', ...output],
    examples: [['queue remove all', 'all that ended']],
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
  serve: {
    summary: 'serve the interface to a browser on this machine',
    description:
      'Starts the engine and serves the interface on 127.0.0.1, until Ctrl-C. Prints an address with a token that is good for one browser. Reach a render box through a tunnel, e.g. ssh -L 8080:127.0.0.1:8080.',
    arguments: [{ name: 'project', help: 'a project to open at first', required: false }],
    options: ['port', ...output],
    examples: [
      ['serve', 'prints an address to open in a browser'],
      ['serve film.retake --port 8080', 'opens a project, on a port of your choice'],
      ['serve --json', 'prints {"url": ...} as soon as it answers'],
    ],
  },
} as const satisfies Readonly<Record<string, Command>>;

/** Name of a command. */
export type CommandId = keyof typeof COMMANDS;
