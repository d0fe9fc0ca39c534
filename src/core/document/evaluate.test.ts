import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateFrame, evaluateSound } from './evaluate.ts';
import { edited, fixtureProject } from './fixtures.test-support.ts';
import { sequenceLength } from './query.ts';

// v2: one[0..30) two[30..54 in its 24 fps]; v3 above: still from 10 to 15.
const project = edited(
  fixtureProject(),
  { edit: 'append', args: { clips: [{ track: 'v2', media: 'f6', duration: 30 }] } },
  { edit: 'append', args: { clips: [{ track: 'v2', media: 'f7', duration: 25 }] } },
  { edit: 'overwrite', args: { at: 10, clips: [{ track: 'v3', media: 'f8', duration: 5 }] } },
);
const shown = (frame: number, of = project): string =>
  evaluateFrame(of, 's1', frame)
    .layers.map(({ media, mediaFrame, opacity }) => `${media.name}:${mediaFrame}@${opacity.toFixed(2)}`)
    .join(' ');

describe('evaluateFrame', () => {
  it('gives clip and media frame, the upper track over the lower one', () => {
    expect(shown(0)).toBe('one:0@1.00');
    expect(shown(12)).toBe('still:2@1.00');
    expect(shown(15)).toBe('one:15@1.00');
  });

  it('counts frames of the media in its own rate, from its own start', () => {
    expect(shown(30)).toBe('two:0@1.00');
    expect(shown(54)).toBe('two:23@1.00');
  });

  it('shows nothing beyond the end, on muted tracks, and for clips that are off', () => {
    expect(shown(55)).toBe('');
    expect(evaluateFrame(project, 'nowhere', 0).layers).toEqual([]);
    expect(shown(12, edited(project, { edit: 'setTrack', args: { track: 'v3', muted: true } }))).toBe('one:12@1.00');
    const off = project.tracks['v3']!.items.map((id) => project.items[id]!).find(({ type }) => type === 'clip')!;
    expect(shown(12, edited(project, { edit: 'setClip', args: { clip: off.id, enabled: false } }))).toBe('one:12@1.00');
  });

  it('blends over a transition, rising evenly from one clip to the other', () => {
    const short = edited(
      fixtureProject(),
      { edit: 'append', args: { clips: [{ track: 'v2', media: 'f6', duration: 30 }] } },
      {
        edit: 'append',
        args: {
          clips: [{ track: 'v2', media: 'f6', duration: 30, sourceStart: { value: 40, rate: { num: 25, den: 1 } } }],
        },
      },
    );
    const [first] = short.tracks['v2']!.items;
    const mixed = edited(short, {
      edit: 'addTransition',
      args: { clip: first!, inOffset: 2, outOffset: 2 },
    });
    expect(shown(27, mixed)).toBe('one:27@1.00');
    expect(shown(28, mixed)).toBe('one:28@1.00 one:38@0.13');
    expect(shown(31, mixed)).toBe('one:31@1.00 one:41@0.88');
    expect(shown(32, mixed)).toBe('one:42@1.00');
  });

  it('evaluates keyed parameters at the media frame', () => {
    const [clip] = project.tracks['v2']!.items;
    const keyed = edited(project, {
      edit: 'addEffect',
      args: { clips: [clip!], kind: 'emotion', range: { start: 0, duration: 20 } },
    });
    const [effect] = Object.keys(keyed.effects);
    const key = (frame: number, value: number) =>
      ({
        edit: 'setKey',
        args: {
          effect: effect!,
          parameter: 'intensity',
          key: { frame, value, interpolation: 'linear', out: null, in: null },
        },
      }) as const;
    const moving = edited(keyed, key(0, 0), key(10, 1));
    expect(evaluateFrame(moving, 's1', 5).layers[0]!.effects[0]!.values['intensity']).toBeCloseTo(0.5);
    expect(evaluateFrame(moving, 's1', 25).layers[0]!.effects).toEqual([]);
  });

  it('never asks for a frame outside the media (property)', () => {
    fc.assert(
      fc.property(fc.nat(sequenceLength(project, 's1') - 1), (frame) => {
        for (const { media, mediaFrame, opacity } of evaluateFrame(project, 's1', frame).layers) {
          expect(mediaFrame).toBeGreaterThanOrEqual(0);
          if (media.availableRange) expect(mediaFrame).toBeLessThan(media.availableRange.duration.value);
          expect(opacity).toBeGreaterThan(0);
          expect(opacity).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('evaluateSound', () => {
  it('gives spans cut to the range, with their place in the media', () => {
    const sound = edited(project, { edit: 'append', args: { clips: [{ track: 'a4', media: 'f6', duration: 30 }] } });
    expect(
      evaluateSound(sound, 's1', 10, 20).map(({ from, until, mediaSeconds }) => [from, until, mediaSeconds]),
    ).toEqual([[10, 20, 0.4]]);
    expect(evaluateSound(sound, 's1', 40, 50)).toEqual([]);
  });
});
