"""Power spectra of a corpus, once, so that training can vary voices, rooms and noise by cheap arithmetic on them.
usage: prepare.py CORPUS. Writes CORPUS.power.npy (log power as float16, [frames, 257])."""
import json
import sys
import time

import numpy as np
from scipy.signal import fftconvolve

import features

SEED = 3
REVERBERANT, CLIPPED = 0.35, 0.06


def room(rng, sound):
    length = int(rng.uniform(0.08, 0.7) * features.RATE)
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= 10 ** (-rng.uniform(0, 18) / 20) / np.sqrt((tail**2).sum())
    tail[0], tail[1:32] = 1, 0
    return fftconvolve(sound, tail)[: len(sound)].astype(np.float32)


def main():
    path = sys.argv[1]
    rng = np.random.default_rng(SEED)
    started = time.time()
    pcm = np.fromfile(path + '.pcm', '<i2')
    sizes = json.load(open(path + '.frames.json'))
    total = sum(size[2] for size in sizes)
    out = np.lib.format.open_memmap(path + '.power.npy', 'w+', np.float16, (total, 257))
    at = 0
    for line, (before, after, frames) in zip(open(path + '.jsonl'), sizes):
        item = json.loads(line)
        sound = features.level(pcm[item['at'] : item['at'] + item['samples']].astype(np.float32) / 32768)
        sound = np.pad(sound, (before * features.HOP, after * features.HOP))
        if rng.random() < REVERBERANT:
            sound = room(rng, sound)
        if rng.random() < CLIPPED:
            limit = rng.uniform(0.08, 0.25)
            sound = np.clip(sound, -limit, limit)
        power = features.power(sound)
        count = min(frames, len(power))
        out[at : at + count] = np.log(power[:count] + 1e-9)
        out[at + count : at + frames] = np.log(1e-9)
        at += frames
    out.flush()
    print(f'{path}: {total / 6000:.1f} min, {time.time() - started:.0f} s')


main()
