"""Synthetic music: chords, bass, plucked and held notes, drums. usage: music.py MINUTES OUT. Writes OUT.power.npy."""
import sys

import numpy as np

import features

SEED = 5
SCALES = ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 3, 5, 7, 10])


def note(rng, pitch, seconds, held):
    t = np.arange(int(seconds * features.RATE)) / features.RATE
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    tone = np.zeros(len(t))
    slope = rng.uniform(0.6, 2.2)
    for harmonic in range(1, 24):
        if harmonic * hertz > 7500:
            break
        tone += np.sin(2 * np.pi * hertz * harmonic * (1 + 0.0004 * rng.standard_normal()) * t + rng.uniform(0, 6.3)) / harmonic**slope
    envelope = np.minimum(1, t / 0.02) * np.minimum(1, (seconds - t) / 0.05) if held else np.minimum(1, t / 0.004) * np.exp(-t * rng.uniform(2, 9))
    return tone * np.clip(envelope, 0, 1)


def drum(rng):
    kind = rng.integers(3)
    t = np.arange(int(0.25 * features.RATE)) / features.RATE
    noise = rng.standard_normal(len(t))
    if kind == 0:
        return 2.5 * np.sin(2 * np.pi * (50 * t + 6 * (1 - np.exp(-t * 30)))) * np.exp(-t * 14)
    if kind == 1:
        return noise * np.exp(-t * 22)
    return np.diff(noise, prepend=0) * np.exp(-t * 60) * 0.6


def piece(rng, seconds):
    out = np.zeros(int((seconds + 3) * features.RATE))
    beat = 60 / rng.uniform(65, 170)
    root, scale = rng.integers(40, 60), SCALES[rng.integers(3)]
    drums, held = rng.random() < 0.6, rng.random() < 0.5
    level = {'chord': rng.uniform(0.2, 1), 'lead': rng.uniform(0, 1), 'bass': rng.uniform(0.2, 1), 'drum': rng.uniform(0.3, 1.2)}

    def put(sound, at, gain):
        first = int(at * features.RATE)
        count = min(len(sound), len(out) - first)
        out[first : first + count] += gain * sound[:count]

    for step in range(int(seconds / beat)):
        at = step * beat
        if step % 4 == 0:
            degree = rng.integers(len(scale))
            for third in (0, 2, 4):
                put(note(rng, root + 12 + scale[(degree + third) % len(scale)], beat * 4, held), at, level['chord'])
            put(note(rng, root - 12 + scale[degree], beat * 2, False), at, level['bass'])
        for half in range(2):
            if rng.random() < 0.5:
                put(note(rng, root + 24 + scale[rng.integers(len(scale))], beat * rng.uniform(0.4, 1.2), rng.random() < 0.4), at + half * beat / 2, level['lead'])
            if drums and rng.random() < 0.7:
                put(drum(rng), at + half * beat / 2, level['drum'])
    return features.level(out[: int(seconds * features.RATE)].astype(np.float32))


def main():
    rng = np.random.default_rng(SEED)
    pieces = [piece(rng, 20) for _ in range(int(float(sys.argv[1]) * 3))]
    np.save(sys.argv[2] + '.power.npy', np.concatenate([np.log(features.power(p) + 1e-9) for p in pieces]).astype(np.float16))
    print(f'{sys.argv[2]}: {len(pieces)} pieces of 20 s')


main()
