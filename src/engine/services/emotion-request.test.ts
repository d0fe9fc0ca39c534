import { describe, expect, it } from 'vitest';
import type { Performance } from '../../core/performance.ts';
import { rational } from '../../core/rational.ts';
import { actorIds, type EmotionRequest, emotionTarget } from './emotion-request.ts';

const rate = rational(25);
const range = { from: 10, until: 110 };
const plain: EmotionRequest = {
  clip: 'clip.mp4',
  intensity: 1,
  preserveLips: 0.9,
  actor: 'all',
  preset: 'h264',
  seed: 1,
};
const target = (changes: Partial<EmotionRequest>): ReturnType<typeof emotionTarget> =>
  emotionTarget({ ...plain, ...changes }, range, rate);

describe('emotion request', () => {
  it('turns a label into one key at the start of the range', () => {
    expect(target({ to: 'happy', intensity: 0.8 })).toEqual({
      keys: [{ frame: 10, label: 'happy', intensity: 0.8 }],
      actor: 'all',
      word: 'happy',
    });
  });

  it('scales keys by the intensity, within its limits', () => {
    const { keys, word } = target({ keys: '0:happy 2s:sad@0.5', intensity: 1.5, actor: '2' });
    expect(keys.map((key) => key.intensity)).toEqual([1.5, 0.75]);
    expect(word).toBe('keys');
  });

  it('takes single action units alone or beside a label', () => {
    expect(target({ actionUnits: 'browInnerUp=0.5' })).toMatchObject({ keys: [], overrides: { browInnerUp: 0.5 } });
    expect(target({ actionUnits: 'browInnerUp=0.5', to: 'sad' }).keys).toHaveLength(1);
  });

  it.each([
    [{}, 'Nothing to change'],
    [{ to: 'happy', keys: '0:sad' }, '--to and --keys cannot be used together'],
    [{ to: 'happy', reference: 'a.mp4' }, 'cannot be used together'],
    [{ keys: '120:happy' }, 'after the last edited frame'],
    [{ to: 'happy', actor: '0' }, '--actor takes'],
    [{ to: 'happy', actor: 'x' }, '--actor takes'],
  ] as const)('refuses %j', (changes, message) => {
    expect(() => target(changes as Partial<EmotionRequest>)).toThrow(message);
  });

  it('finds the actors meant, and says how many there are otherwise', () => {
    const actor = { name: 'Actor', descriptor: new Float32Array(0), neutral: new Float32Array(0) };
    const performance: Performance = {
      width: 1,
      height: 1,
      frameCount: 1,
      shots: [0],
      actors: [
        { ...actor, id: 'actor-1' },
        { ...actor, id: 'actor-2' },
      ],
      tracks: [],
    };
    expect(actorIds(performance, 'all')).toEqual(['actor-1', 'actor-2']);
    expect(actorIds(performance, 2)).toEqual(['actor-2']);
    expect(() => actorIds(performance, 3)).toThrow('There is no actor 3: 2 were found');
    expect(() => actorIds({ ...performance, actors: [] }, 'all')).toThrow('No face was found');
  });
});
