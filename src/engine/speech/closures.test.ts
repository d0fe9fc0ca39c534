import { describe, expect, it } from 'vitest';
import { VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { withoutFalseClosures, withSureClosures } from './closures.ts';

const phone = (symbol: string, start: number, end: number, word = 0) => ({ symbol, start, end, word });
/** A second in which the network is sure of an open mouth but for `share` of p, b, m from 0.5 to 0.6 s. */
function network(share: number): Float32Array {
  const visemes = new Float32Array(100 * VISEME_COUNT);
  for (let frame = 0; frame < 100; frame += 1) {
    const closed = frame >= 50 && frame < 60 ? share : 0;
    visemes[frame * VISEME_COUNT + visemeIndex('aa')] = 1 - closed;
    visemes[frame * VISEME_COUNT + visemeIndex('PP')] = closed;
  }
  return visemes;
}

describe('withoutFalseClosures', () => {
  const phones = [phone('ɑ', 0.3, 0.5), phone('m', 0.5, 0.6), phone('ɑ', 0.6, 0.8)];

  it('keeps a closure that the network hears a little of', () => {
    expect(withoutFalseClosures(phones, network(0.2))).toEqual(phones);
  });

  it('gives the time of one that it does not hear at all to the sound before', () => {
    expect(withoutFalseClosures(phones, network(0))).toEqual([phone('ɑ', 0.3, 0.6), phone('ɑ', 0.6, 0.8)]);
  });

  it('leaves other sounds, and a closure that begins the recording, alone', () => {
    const first = [phone('b', 0, 0.1), phone('k', 0.1, 0.2)];
    expect(withoutFalseClosures(first, network(0))).toEqual(first);
  });
});

describe('withSureClosures', () => {
  const phones = [phone('ɑ', 0.3, 0.52), phone('n', 0.52, 0.58), phone('ɑ', 0.58, 0.8, 1)];

  it('puts a closure that the network is sure of among sounds of words that have none', () => {
    expect(withSureClosures(phones, network(1))).toEqual([
      phone('ɑ', 0.3, 0.5),
      phone('b', 0.5, 0.6),
      phone('ɑ', 0.6, 0.8, 1),
    ]);
  });

  it('parts a sound that goes on around it', () => {
    expect(withSureClosures([phone('ɑ', 0.3, 0.8)], network(1))).toEqual([
      phone('ɑ', 0.3, 0.5),
      phone('b', 0.5, 0.6),
      phone('ɑ', 0.6, 0.8),
    ]);
  });

  it('adds none where the words have one nearby, where the network doubts, and where no word is', () => {
    const near = [phone('ɑ', 0.3, 0.44), phone('m', 0.44, 0.48), phone('ɑ', 0.48, 0.8)];
    expect(withSureClosures(near, network(1))).toEqual(near);
    expect(withSureClosures(phones, network(0.6))).toEqual(phones);
    expect(withSureClosures([phone('ɑ', 0, 0.3)], network(1))).toEqual([phone('ɑ', 0, 0.3)]);
  });
});
