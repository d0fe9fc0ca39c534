import { rational } from '../rational.ts';
import { rationalTime } from '../rational-time.ts';
import { applyEdit, applyEdits, type EditRequest } from './edit.ts';
import { emptyProject, type Project } from './schema.ts';

/** Rate of the test sequence. */
export const RATE = rational(25);

/** A file of `frames` frames at `rate`, from timecode `first` on, as importMedia takes it. */
export function mediaOf(name: string, frames: number, rate = RATE, first = 0) {
  return {
    name,
    kind: 'file' as const,
    path: `${name}.mov`,
    fingerprint: `${name}-fingerprint`,
    rate,
    availableRange: { start: rationalTime(first, rate), duration: rationalTime(frames, rate) },
    hasVideo: true,
    hasAudio: true,
    width: 1920,
    height: 1080,
    metadata: {},
  };
}

/** Ids: s1 with v2 v3 (picture), a4 a5 (sound); media f6 (100 frames at 25), f7 (240 at 24, from 1 h), f8 (endless). */
export function fixtureProject(): Project {
  return applyEdits(emptyProject('Test'), [
    {
      edit: 'addSequence',
      args: { name: 'Cut', rate: RATE, width: 1920, height: 1080, videoTracks: 2, audioTracks: 2 },
    },
    {
      edit: 'importMedia',
      args: {
        media: [
          mediaOf('one', 100),
          mediaOf('two', 240, rational(24), 86_400),
          { ...mediaOf('still', 0), availableRange: null, hasAudio: false },
        ],
      },
    },
  ]).project;
}

/** The document after some edits. */
export function edited(project: Project, ...requests: EditRequest[]): Project {
  return requests.reduce((current, request) => applyEdit(current, request).project, project);
}

/** A track in one line, e.g. `one[0+10] -5 two[0+20]`: clip name, media frame it starts at (in sequence frames), length. */
export function strip(project: Project, track: string): string {
  return project.tracks[track]!.items.map((id) => {
    const item = project.items[id]!;
    if (item.type === 'gap') return `-${item.duration}`;
    if (item.type === 'transition') return `<${item.inOffset}|${item.outOffset}>`;
    const first = project.media[item.media]!.availableRange?.start.value ?? 0;
    return `${item.name}[${item.sourceStart.value - first}+${item.duration}]`;
  }).join(' ');
}
