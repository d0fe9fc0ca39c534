import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rational } from '../core/rational.ts';
import { formatTimecode } from '../core/timecode.ts';
import { EMOTION_LABELS, parseEmotionLabel } from './emotion.ts';
import { formatEmotionKeys, parseEmotionKeys } from './emotion-keys.ts';

const pal = rational(25);
const ntsc = rational(30_000, 1001);
const label = fc.constantFrom(...EMOTION_LABELS);
const intensity = fc.integer({ min: 0, max: 150 }).map((value) => value / 100);
const frames = fc.uniqueArray(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 12 });
const keys = fc
  .tuple(frames, fc.infiniteStream(label), fc.infiniteStream(intensity))
  .map(([positions, labels, levels]) =>
    positions
      .sort((a, b) => a - b)
      .map((frame) => ({
        frame,
        label: labels.next().value as (typeof EMOTION_LABELS)[number],
        intensity: levels.next().value as number,
      })),
  );

describe('emotion keys', () => {
  it('read the example of the help text', () => {
    expect(parseEmotionKeys('0s:neutral 2s:happy@1 4s:sad@0.6', pal)).toEqual([
      { frame: 0, label: 'neutral', intensity: 1 },
      { frame: 50, label: 'happy', intensity: 1 },
      { frame: 100, label: 'sad', intensity: 0.6 },
    ]);
  });

  it('take frames, timecode, drop-frame timecode, commas and any case', () => {
    expect(parseEmotionKeys('10:Happy, 00:00:02:00:SAD@.5', pal)).toEqual([
      { frame: 10, label: 'happy', intensity: 1 },
      { frame: 50, label: 'sad', intensity: 0.5 },
    ]);
    expect(parseEmotionKeys('00:01:00;02:angry@1.5', ntsc)).toEqual([{ frame: 1800, label: 'angry', intensity: 1.5 }]);
  });

  it('come back from their own text', () => {
    fc.assert(
      fc.property(keys, (list) => {
        expect(parseEmotionKeys(formatEmotionKeys(list), pal)).toEqual(list);
      }),
    );
  });

  it('mean the same in timecode as in frames', () => {
    fc.assert(
      fc.property(keys, fc.boolean(), (list, drop) => {
        const text = list.map((k) => `${formatTimecode(k.frame, ntsc, drop)}:${k.label}@${k.intensity}`).join(',');
        expect(parseEmotionKeys(text, ntsc)).toEqual(list);
      }),
    );
  });

  it.each([
    ['', 'There is no emotion key'],
    ['happy', 'is not an emotion key'],
    [':happy', 'is not an emotion key'],
    ['soon:happy', 'is not a position'],
    ['0s:joyous', 'is not an emotion'],
    ['0s:happy@2', 'is not an intensity'],
    ['0s:happy@-1', 'is not an intensity'],
    ['0s:happy@1e0', 'is not an intensity'],
    ['0s:happy@', 'is not an intensity'],
    ['0s:happy@1@1', 'more than one @'],
    ['2s:happy 1s:sad', 'rising order'],
    ['50:happy 2s:sad', 'rising order'],
  ])('refuse %j and say why', (text, message) => {
    expect(() => parseEmotionKeys(text, pal)).toThrow(message);
  });

  it('name the labels when one is unknown', () => {
    expect(() => parseEmotionLabel('joy')).toThrow(
      /neutral, happy, sad, angry, surprised, afraid, disgusted, contempt/,
    );
  });

  it('never accept or refuse with anything but a RetakeError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseEmotionKeys(text, pal);
        } catch (error) {
          expect((error as Error).name).toBe('RetakeError');
        }
      }),
    );
  });
});
