import { describe, expect, it } from 'vitest';
import { rational } from '../rational.ts';
import { rationalTime } from '../rational-time.ts';
import { copyClips } from './clipboard.ts';
import { applyEdit, applyEdits, applyProjectPatches, type EditRequest } from './edit.ts';
import { edited, fixtureProject, mediaOf, strip } from './fixtures.test-support.ts';
import { checkProject } from './invariants.ts';
import { effectsAt, itemAt, layOut, mediaFrameAt, sequenceLength } from './query.ts';
import type { Clip, Project } from './schema.ts';

const at = (start: number) => rationalTime(start, rational(25));
const put = (track: string, start: number, duration: number, media = 'f6') => ({
  track,
  media,
  sourceStart: media === 'f6' ? at(start) : rationalTime(86_400 + start, rational(24)),
  duration,
});
/** v2: one[10+10] one[40+20] one[70+10]; ids c9, c10, c11. */
const three = (): Project =>
  edited(fixtureProject(), {
    edit: 'append',
    args: { clips: [put('v2', 10, 10), put('v2', 40, 20), put('v2', 70, 10)] },
  });
/** Picture and sound of one source, linked: c9 on v2, c10 on a4. */
const pair = (): Project =>
  edited(fixtureProject(), { edit: 'append', args: { clips: [put('v2', 10, 20), put('a4', 10, 20)] } });

describe('placing', () => {
  it('appends after the longest of the tracks and links picture and sound', () => {
    const project = edited(pair(), { edit: 'append', args: { clips: [put('v2', 0, 5)] } }, {
      edit: 'append',
      args: { clips: [put('v2', 50, 5), put('a4', 50, 5)] },
    } as EditRequest);
    expect(strip(project, 'v2')).toBe('one[10+20] one[0+5] one[50+5]');
    expect(strip(project, 'a4')).toBe('one[10+20] -5 one[50+5]');
    const [picture, sound] = [project.items['c9'] as Clip, project.items['c10'] as Clip];
    expect(picture.link).toBe(sound.link);
    expect(picture.link).not.toBeNull();
  });

  it('inserts in the middle of a clip and moves the rest', () => {
    const project = edited(three(), { edit: 'insert', args: { at: 15, clips: [put('v2', 0, 4)] } });
    expect(strip(project, 'v2')).toBe('one[10+10] one[40+5] one[0+4] one[45+15] one[70+10]');
  });

  it('overwrites, over cuts and beyond the end', () => {
    const project = edited(three(), { edit: 'overwrite', args: { at: 5, clips: [put('v2', 0, 10)] } });
    expect(strip(project, 'v2')).toBe('one[10+5] one[0+10] one[45+15] one[70+10]');
    const far = edited(three(), { edit: 'overwrite', args: { at: 50, clips: [put('v2', 0, 3)] } });
    expect(strip(far, 'v2')).toBe('one[10+10] one[40+20] one[70+10] -10 one[0+3]');
  });

  it('takes all the rest of a source, in sequence frames, and keeps the source time exact', () => {
    const project = edited(fixtureProject(), { edit: 'append', args: { clips: [{ track: 'v2', media: 'f7' }] } });
    expect(project.items['c9']).toMatchObject({ duration: 250, sourceStart: { value: 86_400 } });
    const cut = edited(project, { edit: 'split', args: { clips: ['c9'], frame: 1 } });
    // One frame at 25 is no whole number of frames at 24: the time is kept in 600ths.
    expect(cut.items['c10']).toMatchObject({ sourceStart: rationalTime(86_400 * 25 + 24, rational(600)) });
    const whole = edited(project, { edit: 'split', args: { clips: ['c9'], frame: 25 } });
    expect(whole.items['c10']).toMatchObject({ sourceStart: rationalTime(86_424, rational(24)) });
  });

  it('shows what has no end for five seconds, or for as long as was said', () => {
    const clips = [
      { track: 'v2', media: 'f8' },
      { track: 'v2', media: 'f8', duration: 7 },
    ];
    const project = edited(fixtureProject(), { edit: 'append', args: { clips } });
    expect(strip(project, 'v2')).toBe('still[0+125] still[0+7]');
  });

  it('refuses what the media do not hold, and the wrong kind of track', () => {
    const refuse = (clips: object[]) =>
      expect(() => applyEdit(fixtureProject(), { edit: 'append', args: { clips } } as EditRequest)).toThrow();
    refuse([put('v2', 95, 10)]);
    refuse([{ track: 'a4', media: 'f8', duration: 5 }]);
    refuse([{ track: 'v9', media: 'f6' }]);
    refuse([]);
  });
});

describe('trimming', () => {
  it.each([
    ['end', 'ripple', 5, 'one[10+10] one[40+25] one[70+10]'],
    ['end', 'ripple', -5, 'one[10+10] one[40+15] one[70+10]'],
    ['start', 'ripple', 5, 'one[10+10] one[45+15] one[70+10]'],
    ['end', 'roll', 5, 'one[10+10] one[40+25] one[75+5]'],
    ['end', 'roll', -5, 'one[10+10] one[40+15] one[65+15]'],
    ['start', 'roll', -5, 'one[10+5] one[35+25] one[70+10]'],
    ['start', 'roll', 5, 'one[10+15] one[45+15] one[70+10]'],
    ['end', 'plain', -5, 'one[10+10] one[40+15] -5 one[70+10]'],
    ['start', 'plain', 5, 'one[10+10] -5 one[45+15] one[70+10]'],
  ] as const)('%s, %s, %i', (edge, mode, delta, result) => {
    const project = edited(three(), { edit: 'trim', args: { clip: 'c10', edge, mode, delta } });
    expect(strip(project, 'v2')).toBe(result);
  });

  it('says how far an edge can go', () => {
    const trim = (args: object) => () =>
      applyEdit(three(), { edit: 'trim', args: { clip: 'c10', ...args } } as EditRequest);
    expect(trim({ edge: 'end', delta: 41, mode: 'ripple' })).toThrow(
      expect.objectContaining({ details: { clip: 'c10', min: -19, max: 40 } }),
    );
    expect(trim({ edge: 'end', delta: 10, mode: 'roll' })).toThrow(
      expect.objectContaining({ details: { clip: 'c10', min: -19, max: 9 } }),
    );
    expect(trim({ edge: 'end', delta: 1, mode: 'plain' })).toThrow('neighbours');
  });

  it('slips and slides', () => {
    expect(strip(edited(three(), { edit: 'slip', args: { clips: ['c10'], delta: -7 } }), 'v2')).toBe(
      'one[10+10] one[33+20] one[70+10]',
    );
    expect(strip(edited(three(), { edit: 'slide', args: { clip: 'c10', delta: 4 } }), 'v2')).toBe(
      'one[10+14] one[40+20] one[74+6]',
    );
    expect(strip(edited(three(), { edit: 'slide', args: { clip: 'c10', delta: -4 } }), 'v2')).toBe(
      'one[10+6] one[40+20] one[66+14]',
    );
    expect(strip(edited(three(), { edit: 'slide', args: { clip: 'c9', delta: 3 } }), 'v2')).toBe(
      '-3 one[10+10] one[43+17] one[70+10]',
    );
  });

  it('trims linked picture and sound together, or alone on demand', () => {
    const both = edited(pair(), { edit: 'trim', args: { clip: 'c9', edge: 'start', delta: 3 } });
    expect([strip(both, 'v2'), strip(both, 'a4')]).toEqual(['one[13+17]', 'one[13+17]']);
    const alone = edited(pair(), { edit: 'trim', args: { clip: 'c9', edge: 'start', delta: 3, linked: false } });
    expect(strip(alone, 'a4')).toBe('one[10+20]');
  });
});

describe('splitting, deleting, moving', () => {
  it('splits linked clips and links the halves among themselves', () => {
    const project = edited(pair(), { edit: 'split', args: { clips: ['c9'], frame: 8 } });
    expect([strip(project, 'v2'), strip(project, 'a4')]).toEqual(['one[10+8] one[18+12]', 'one[10+8] one[18+12]']);
    const link = (track: string, index: number) => (project.items[project.tracks[track]!.items[index]!] as Clip).link;
    expect(link('v2', 0)).toBe(link('a4', 0));
    expect(link('v2', 1)).toBe(link('a4', 1));
    expect(link('v2', 0)).not.toBe(link('v2', 1));
  });

  it('deletes with and without ripple, and closes gaps', () => {
    const lifted = edited(three(), { edit: 'remove', args: { items: ['c10'] } });
    expect(strip(lifted, 'v2')).toBe('one[10+10] -20 one[70+10]');
    const gap = lifted.tracks['v2']!.items[1]!;
    expect(strip(edited(lifted, { edit: 'remove', args: { items: [gap], ripple: true } }), 'v2')).toBe(
      'one[10+10] one[70+10]',
    );
    expect(strip(edited(three(), { edit: 'remove', args: { items: ['c9', 'c10'], ripple: true } }), 'v2')).toBe(
      'one[70+10]',
    );
    expect(strip(edited(three(), { edit: 'remove', args: { items: ['c11'] } }), 'v2')).toBe('one[10+10] one[40+20]');
  });

  it('a link of which one clip is deleted is dissolved', () => {
    const project = edited(pair(), { edit: 'remove', args: { items: ['c10'], linked: false } });
    expect((project.items['c9'] as Clip).link).toBeNull();
  });

  it('moves over others, between tracks, and by inserting', () => {
    const up = edited(three(), { edit: 'move', args: { clips: ['c10'], delta: 2, track: 'v3' } });
    expect([strip(up, 'v2'), strip(up, 'v3')]).toEqual(['one[10+10] -20 one[70+10]', '-12 one[40+20]']);
    const over = edited(three(), { edit: 'move', args: { clips: ['c9'], delta: 25 } });
    expect(strip(over, 'v2')).toBe('-10 one[40+15] one[10+10] one[75+5]');
    const swapped = edited(three(), { edit: 'move', args: { clips: ['c9'], delta: 30, mode: 'insert' } });
    expect(strip(swapped, 'v2')).toBe('one[40+20] one[10+10] one[70+10]');
    const still = edited(three(), { edit: 'move', args: { clips: ['c10'], delta: 3, mode: 'insert' } });
    expect(strip(still, 'v2')).toBe(strip(three(), 'v2'));
    expect(() => applyEdit(three(), { edit: 'move', args: { clips: ['c9'], delta: -1 } })).toThrow(
      'before the sequence',
    );
    expect(() => applyEdit(three(), { edit: 'move', args: { clips: ['c9'], delta: 0, track: 'a4' } })).toThrow('audio');
  });

  it('refuses edits on a locked track', () => {
    const locked = edited(three(), { edit: 'setTrack', args: { track: 'v2', locked: true } });
    for (const request of [
      { edit: 'remove', args: { items: ['c9'] } },
      { edit: 'append', args: { clips: [put('v2', 0, 5)] } },
      { edit: 'addEffect', args: { clips: ['c9'], kind: 'emotion' } },
      { edit: 'removeTrack', args: { track: 'v2' } },
    ] as EditRequest[])
      expect(() => applyEdit(locked, request)).toThrow('locked');
  });
});

describe('transitions', () => {
  const dissolve = (inOffset: number, outOffset: number): EditRequest => ({
    edit: 'addTransition',
    args: { clip: 'c9', inOffset, outOffset },
  });

  it('lie over a cut, shortened to what the media and the neighbours hold', () => {
    expect(strip(edited(three(), dissolve(4, 5)), 'v2')).toBe('one[10+10] <4|5> one[40+20] one[70+10]');
    expect(strip(edited(three(), dissolve(400, 500)), 'v2')).toBe('one[10+10] <10|20> one[40+20] one[70+10]');
    const placed = layOut(edited(three(), dissolve(4, 5)), edited(three(), dissolve(4, 5)).tracks['v2']!);
    expect(placed.map(({ start, end }) => [start, end])).toEqual([
      [0, 10],
      [6, 15],
      [10, 30],
      [30, 40],
    ]);
    expect(itemAt(placed, 7).transition?.item.kind).toBe('SMPTE_Dissolve');
  });

  it('go with the clip they belong to', () => {
    const project = edited(three(), dissolve(4, 5));
    expect(strip(edited(project, { edit: 'remove', args: { items: ['c10'] } }), 'v2')).toBe(
      'one[10+10] -20 one[70+10]',
    );
    expect(strip(edited(project, { edit: 'overwrite', args: { at: 8, clips: [put('v2', 0, 2)] } }), 'v2')).toBe(
      'one[10+8] one[0+2] one[40+20] one[70+10]',
    );
  });
});

describe('effects', () => {
  const withEffect = (): Project =>
    edited(three(), {
      edit: 'addEffect',
      args: { clips: ['c10'], kind: 'emotion', parameters: { label: { kind: 'constant', value: 'happy' } } },
    });
  const key = (frame: number, value: number) => ({
    frame,
    value,
    interpolation: 'linear' as const,
    out: null,
    in: null,
  });

  it('are keyed, moved, deleted and refuse values out of range', () => {
    const set = (frame: number, value: number): EditRequest => ({
      edit: 'setKey',
      args: { effect: 'e12', parameter: 'intensity', key: key(frame, value) },
    });
    const project = edited(withEffect(), set(45, 1), set(40, 0), {
      edit: 'moveKey',
      args: { effect: 'e12', parameter: 'intensity', from: 45, to: 50, value: 0.5 },
    });
    expect(project.effects['e12']!.parameters['intensity']).toEqual({
      kind: 'keyed',
      keys: [key(40, 0), key(50, 0.5)],
    });
    expect(() => applyEdit(project, set(41, 1.6))).toThrow('0 to 1.5');
    const constant = edited(project, { edit: 'clearKeys', args: { effect: 'e12', parameter: 'intensity', frame: 45 } });
    expect(constant.effects['e12']!.parameters['intensity']).toEqual({ kind: 'constant', value: 0.25 });
    expect(() =>
      applyEdit(project, {
        edit: 'setParameter',
        args: { effect: 'e12', parameter: 'label', value: { kind: 'constant', value: 'bored' } },
      }),
    ).toThrow('one of');
  });

  it('stay on their moment of the performance when a clip is split, and come along in copies', () => {
    const project = edited(withEffect(), { edit: 'split', args: { clips: ['c10'], frame: 18 } });
    const right = project.items[project.tracks['v2']!.items[2]!] as Clip;
    expect(right.effects).toHaveLength(1);
    expect(project.effects[right.effects[0]!]).toMatchObject({
      clip: right.id,
      parameters: { label: { value: 'happy' } },
    });
    expect(mediaFrameAt(right, project.media['f6']!, 2, rational(25))).toBe(50);
    expect(effectsAt(project, right, 50)).toHaveLength(1);

    const clipboard = copyClips(project, [right.id])!;
    const pasted = edited(project, { edit: 'paste', args: { clipboard, at: 40, tracks: { v2: 'v3' } } });
    expect(strip(pasted, 'v3')).toBe('-40 one[48+12]');
    expect(Object.keys(pasted.effects)).toHaveLength(3);
    expect(sequenceLength(pasted, 's1')).toBe(52);
  });

  it('go with their clip', () => {
    expect(edited(withEffect(), { edit: 'remove', args: { items: ['c10'] } }).effects).toEqual({});
    expect(edited(withEffect(), { edit: 'removeSequence', args: { sequence: 's1' } }).effects).toEqual({});
    // What an overwrite cuts out of the middle leaves a copy on each side and nothing of the part that went.
    const cut = edited(withEffect(), { edit: 'overwrite', args: { at: 15, clips: [put('v2', 0, 5)] } });
    expect(Object.keys(cut.effects)).toHaveLength(2);
    expect(checkProject(cut)).toEqual([]);
  });
});

describe('sequences, media, people, markers', () => {
  it('changes settings, and the rate only while empty', () => {
    const rate = rational(24);
    expect(
      edited(fixtureProject(), { edit: 'setSequence', args: { sequence: 's1', rate } }).sequences['s1']!.rate,
    ).toEqual(rate);
    expect(() => applyEdit(three(), { edit: 'setSequence', args: { sequence: 's1', rate } })).toThrow('empty');
    expect(() => applyEdit(three(), { edit: 'setSequence', args: { sequence: 's1', dropFrame: true } })).toThrow(
      '29.97',
    );
  });

  it('keeps in before out', () => {
    const project = edited(three(), { edit: 'setInOut', args: { sequence: 's1', inPoint: 5, outPoint: 9 } });
    expect(project.sequences['s1']).toMatchObject({ inPoint: 5, outPoint: 9 });
    expect(() => applyEdit(project, { edit: 'setInOut', args: { sequence: 's1', inPoint: 9 } })).toThrow('before');
  });

  it('relinks to a file that holds what is used, and refuses another', () => {
    const { name: _name, metadata: _metadata, ...details } = mediaOf('new', 80);
    const project = edited(three(), { edit: 'relinkMedia', args: { media: 'f6', details } });
    expect(project.media['f6']).toMatchObject({ name: 'one', path: 'new.mov', fingerprint: 'new-fingerprint' });
    const short = { ...details, availableRange: { start: at(0), duration: at(79) } };
    expect(() => applyEdit(three(), { edit: 'relinkMedia', args: { media: 'f6', details: short } })).toThrow(
      'does not have',
    );
    expect(() => applyEdit(three(), { edit: 'removeMedia', args: { media: ['f6'] } })).toThrow('still used');
  });

  it('keeps markers sorted', () => {
    const owner = { table: 'sequences' as const, id: 's1' };
    const project = edited(three(), { edit: 'addMarker', args: { owner, marker: { frame: 9 } } }, {
      edit: 'addMarker',
      args: { owner, marker: { frame: 3, name: 'look' } },
    } as EditRequest);
    expect(project.sequences['s1']!.markers.map(({ frame }) => frame)).toEqual([3, 9]);
    const first = project.sequences['s1']!.markers[0]!.id;
    const moved = edited(project, { edit: 'setMarker', args: { owner, marker: first, changes: { frame: 12 } } });
    expect(moved.sequences['s1']!.markers.map(({ frame }) => frame)).toEqual([9, 12]);
  });

  it('merges people', () => {
    const project = edited(
      three(),
      { edit: 'addActors', args: { names: ['A', 'B'] } },
      {
        edit: 'addPerformance',
        args: {
          media: 'f6',
          resultKey: 'k',
          firstFrame: 0,
          frameCount: 100,
          actors: { x: 'p12', y: 'p13' },
          metadata: {},
        },
      } as EditRequest,
      { edit: 'mergeActors', args: { actor: 'p12', into: 'p13' } },
    );
    expect(Object.values(project.performances)[0]!.actors).toEqual({ x: 'p13', y: 'p13' });
    expect(Object.keys(project.actors)).toEqual(['p13']);
  });
});

describe('edits as data', () => {
  it('refuse unknown names and wrong arguments with a code', () => {
    const bad = (request: unknown) => () => applyEdit(three(), request as EditRequest);
    expect(bad({ edit: 'explode', args: {} })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(bad({ edit: '__proto__', args: {} })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(bad({ edit: 'trim', args: { clip: 'c9', edge: 'end', delta: 0.5 } })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it('several are one, and all or nothing', () => {
    const edit = applyEdits(three(), [
      { edit: 'remove', args: { items: ['c9'] } },
      { edit: 'setProject', args: { name: 'Other' } },
    ]);
    expect(applyProjectPatches(edit.project, edit.inverse)).toEqual(three());
    expect(() =>
      applyEdits(three(), [
        { edit: 'setProject', args: { name: 'x' } },
        { edit: 'remove', args: { items: ['c99'] } },
      ]),
    ).toThrow('c99');
  });
});
