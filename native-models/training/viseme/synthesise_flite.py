"""Speech with phone timings from flite's voices, which were built from recordings of people.
usage: synthesise_flite.py MINUTES OUT"""
import os
import random
import subprocess
import sys
import tempfile
import time

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

import sentences
from corpus_file import RATE, CorpusWriter

SEED = 11
VOICES = ['slt', 'rms', 'awb', 'slt', 'rms', 'awb', 'kal16']
PITCH = {'slt': (150, 260), 'rms': (75, 140), 'awb': (95, 170), 'kal16': (75, 150)}
FIRST_SENTENCE = 6000  # the ones before are espeak's


def speak(text, voice, stretch, pitch, spread, path):
    settings = [f'duration_stretch={stretch:.3f}', f'int_f0_target_mean={pitch:.1f}', f'int_f0_target_stddev={spread:.1f}']
    command = ['flite', '-voice', voice, *[part for s in settings for part in ('--setf', s)], '-psdur', '-t', text, '-o', path]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode != 0:
        return None
    rate, sound = wavfile.read(path)
    sound = sound.astype(np.float32)
    if rate != RATE:
        sound = resample_poly(sound, RATE, rate)
    phones, start = [], 0.0
    for item in ran.stdout.split():
        if ':' in item:
            name, end = item.rsplit(':', 1)
            phones.append((name, start, float(end)))
            start = float(end)
    if not phones or abs(start - len(sound) / RATE) > 0.25:
        return None
    return sound, phones


def main():
    minutes, out = float(sys.argv[1]), sys.argv[2]
    choose = random.Random(SEED)
    english = sentences.load()['en']
    corpus = CorpusWriter(out)
    started = time.time()
    index = FIRST_SENTENCE
    with tempfile.TemporaryDirectory() as folder:
        while corpus.minutes < minutes:
            text = english[index % len(english)]
            index += 1
            voice = choose.choice(VOICES)
            spoken = speak(text, voice, choose.uniform(0.8, 1.35), choose.uniform(*PITCH[voice]), choose.uniform(8, 30), os.path.join(folder, 'x.wav'))
            if spoken is None or not 8000 <= len(spoken[0]) <= RATE * 14:
                continue
            corpus.add(spoken[0], 'flite-' + voice, text, 'arpabet', spoken[1])
    corpus.close()
    print(f'{out}: {corpus.minutes:.1f} min, {time.time() - started:.0f} s')


main()
