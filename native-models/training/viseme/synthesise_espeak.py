"""Speech with phone timings from libespeak-ng. espeak-ng (GPL-3) makes training data here; it is not shipped.
usage: synthesise_espeak.py MINUTES OUT"""
import ctypes as C
import random
import subprocess
import sys
import time

import numpy as np
from scipy.signal import resample_poly

import sentences
from corpus_file import RATE, CorpusWriter

SEED = 7
PHONEME_EVENT = 7
# Whispers, effects and voices without pitch teach nothing about people.
UNUSABLE = ('whisper', 'whisperf', 'fast', 'UniRobot', 'Demonic', 'croak', 'announcer', 'anikaRobot')
LANGUAGES = ['en-us'] * 12 + ['en-gb'] * 3 + ['en-gb-x-rp'] * 2 + ['en-gb-scotland', 'en-029'] + ['de', 'es', 'it'] * 2 + ['pt-br']


class Id(C.Union):
    _fields_ = [('number', C.c_int), ('name', C.c_char_p), ('string', C.c_char * 8)]


class Event(C.Structure):
    _fields_ = [('type', C.c_int), ('uid', C.c_uint), ('text_position', C.c_int), ('length', C.c_int),
                ('audio_position', C.c_int), ('sample', C.c_int), ('user_data', C.c_void_p), ('id', Id)]


library = C.CDLL('libespeak-ng.so.1')
sample_rate = library.espeak_Initialize(2, 0, None, 3)  # synchronous, phoneme events in IPA
chunks, events = [], []


def receive(wave, count, event):
    if count > 0:
        chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
    index = 0
    while event[index].type != 0:
        if event[index].type == PHONEME_EVENT:
            name = bytes(event[index].id.string).split(b'\0')[0].decode('utf8', 'ignore')
            events.append((name, event[index].audio_position / 1000))
        index += 1
    return 0


callback = C.CFUNCTYPE(C.c_int, C.POINTER(C.c_short), C.c_int, C.POINTER(Event))(receive)
library.espeak_SetSynthCallback(callback)


def speak(text, voice, rate, pitch, pitch_range):
    chunks.clear()
    events.clear()
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        return None
    for parameter, value in ((1, rate), (3, pitch), (4, pitch_range)):
        library.espeak_SetParameter(parameter, value, 0)
    data = text.encode('utf8')
    library.espeak_Synth(data, C.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
    library.espeak_Synchronize()
    if not chunks:
        return None
    sound = np.concatenate(chunks).astype(np.float32)
    end = len(sound) / sample_rate
    phones = []
    for index, (name, start) in enumerate(events):
        until = events[index + 1][1] if index + 1 < len(events) else end
        phones.append((name, start, until))
    return resample_poly(sound, RATE // 50, sample_rate // 50).astype(np.float32), phones


def main():
    minutes, out = float(sys.argv[1]), sys.argv[2]
    choose = random.Random(SEED)
    listing = subprocess.run(['espeak-ng', '--voices=variant'], capture_output=True, text=True).stdout.splitlines()[1:]
    variants = sorted({line.split()[4].split('/')[-1] for line in listing if len(line.split()) > 4})
    variants = [v for v in variants if v not in UNUSABLE and not v.startswith('robosoft')]
    variants += ['klatt', 'klatt2', 'klatt3', 'klatt4'] * 4
    texts = sentences.load()
    used = {language: 0 for language in texts}
    corpus = CorpusWriter(out)
    started = time.time()
    while corpus.minutes < minutes:
        language = choose.choice(LANGUAGES)
        base = language.split('-')[0]
        text = texts[base][used[base] % len(texts[base])]
        used[base] += 1
        voice = f'{language}+{choose.choice(variants)}'
        spoken = speak(text, voice, int(choose.uniform(115, 235)), int(choose.uniform(15, 85)), int(choose.uniform(15, 95)))
        if spoken is None or not 8000 <= len(spoken[0]) <= RATE * 14:
            continue
        corpus.add(*spoken[:1], voice, text, 'ipa', spoken[1])
    corpus.close()
    print(f'{out}: {corpus.minutes:.1f} min, {len(corpus.voices)} voices, {time.time() - started:.0f} s')


main()
