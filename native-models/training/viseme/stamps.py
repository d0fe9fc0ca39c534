"""Texts of the spoken descriptions of Tux Paint's stamps. usage: stamps.py LANGUAGE ('' for English). Prints "name: what is said"."""
import glob
import os
import re
import sys

ROOT = os.environ.get('STAMPS', '/usr/share/tuxpaint/stamps')
language = sys.argv[1]
ending = '_desc' + (f'_{language}' if language else '') + '.ogg'
for sound in sorted(glob.glob(f'{ROOT}/**/*{ending}', recursive=True)):
    texts = sound[: -len(ending)] + '.txt'
    if not os.path.exists(texts):
        continue
    lines = open(texts, encoding='utf8').read().split('\n')
    said = [line.split('=', 1)[1] for line in lines if line.startswith(f'{language}.utf8=')] if language else lines[:1]
    # Names of letters and what has to be spelt out are read in more ways than one.
    if said and '/alphabets/' not in sound and not re.search(r'[0-9$€£%&()\[\]"“”«»„]', said[0]):
        print(f'{os.path.relpath(sound, ROOT)}: {said[0].strip()}')
