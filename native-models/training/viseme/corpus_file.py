"""A corpus on disk: `<name>.pcm` with 16 kHz 16-bit mono sound end to end, `<name>.jsonl` with one utterance a line."""
import json

import numpy as np

RATE = 16000


class CorpusWriter:
    def __init__(self, path):
        self.pcm = open(path + '.pcm', 'wb')
        self.lines = open(path + '.jsonl', 'w')
        self.samples = 0
        self.voices = set()

    def add(self, sound, voice, text, alphabet, phones):
        """phones: (symbol, start, end) in seconds; alphabet: 'ipa' or 'arpabet'"""
        data = np.clip(sound, -32768, 32767).astype('<i2')
        data.tofile(self.pcm)
        line = {'at': self.samples, 'samples': len(data), 'voice': voice, 'text': text, 'alphabet': alphabet,
                'phones': [[p, round(s, 4), round(e, 4)] for p, s, e in phones]}
        self.lines.write(json.dumps(line, ensure_ascii=False) + '\n')
        self.samples += len(data)
        self.voices.add(voice)

    @property
    def minutes(self):
        return self.samples / RATE / 60

    def close(self):
        self.pcm.close()
        self.lines.close()
