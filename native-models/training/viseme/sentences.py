"""Plain sentences per language out of Debian's fortune packages (only read here; nothing of them is shipped)."""
import glob
import os
import random
import re

ROOT = os.environ.get('FORTUNES', '/usr/share/games/fortunes')
FOLDERS = {'de': ['de'], 'es': ['es'], 'it': ['it'], 'pt': [], 'en': []}
SKIP = re.compile(r'ascii|ethnic|drugs|sex|perl|zippy|brasil|art$|banner|adams|computer$|definizioni|formiche|italia|itatrek|jackfr|leggi')


def split(text):
    for paragraph in text.split('\n%'):
        paragraph = re.sub(r'--.*', '', paragraph, flags=re.S)
        paragraph = re.sub(r'\s+', ' ', paragraph)
        for sentence in re.split(r'(?<=[.!?])\s', paragraph):
            sentence = sentence.strip(' "%')
            words = len(sentence.split())
            if 4 <= words <= 22 and re.fullmatch(r"[\w ,.'!?;:\-]+", sentence) and not re.search(r'[0-9_]|[A-Z]{2,}', sentence):
                yield sentence


def read(path):
    with open(path, encoding='utf8', errors='ignore') as file:
        return list(split(file.read()))


def load():
    """{language: sentences in a fixed random order}"""
    files = {language: [] for language in FOLDERS}
    for path in sorted(glob.glob(ROOT + '/*')):
        if os.path.isfile(path) and not os.path.islink(path) and not re.search(r'\.(dat|u8)$', path):
            if os.path.basename(path) == 'brasil':
                files['pt'].append(path)
            elif not SKIP.search(os.path.basename(path)):
                files['en'].append(path)
    for language, folders in FOLDERS.items():
        for folder in folders:
            files[language] += [p for p in sorted(glob.glob(f'{ROOT}/{folder}/*')) if os.path.isfile(p) and not re.search(r'\.(dat|u8)$', p)]
    result = {}
    for language, paths in files.items():
        found = sorted({sentence for path in paths for sentence in read(path)})
        random.Random(1).shuffle(found)
        result[language] = found
    return result


if __name__ == '__main__':
    for language, found in load().items():
        print(language, len(found), found[:3])
