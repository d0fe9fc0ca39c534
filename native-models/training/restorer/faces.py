"""Faces that pairs.ts wrote, and patches of them."""
import glob
import json
import os

import numpy as np

BLOCK = 16
PLANES = ('blurred', 'restored', 'sharp', 'lent', 'trust', 'matte')


def person_of(path):
    return os.path.basename(path).rsplit('-', 3)[0]


def read(path):
    """the faces of a file: dictionaries of planes [H, W] (uint8) and paths [rows, columns, 2]"""
    data = open(path, 'rb').read()
    end = data.index(b'\n')
    at, faces = end + 1, []
    for info in json.loads(data[:end]):
        width, height, columns, rows = (info[name] for name in ('width', 'height', 'columns', 'rows'))
        face = {'path': path}
        for name in PLANES:
            face[name] = np.frombuffer(data, np.uint8, width * height, at).reshape(height, width)
            at += width * height
        face['paths'] = np.frombuffer(data[at : at + rows * columns * 8], np.float32).reshape(rows, columns, 2)
        at += rows * columns * 8
        faces.append(face)
    return faces


def files(folder):
    return sorted(glob.glob(folder + '/*.faces'))


def cut(plane, top, left, height, width):
    """a part of a plane, which may reach out of it: its rim goes on"""
    rows = np.clip(np.arange(top, top + height), 0, plane.shape[0] - 1)
    columns = np.clip(np.arange(left, left + width), 0, plane.shape[1] - 1)
    return plane[rows[:, None], columns[None]]


def patch(face, top, left, height, width):
    """planes of a part as float32 in the units of the network, and paths [2, height / 2, width / 2]"""
    part = {name: cut(face[name], top, left, height, width).astype(np.float32) for name in PLANES}
    for name in ('blurred', 'restored', 'sharp'):
        part[name] = (part[name] - 16) / 219
    part['lent'] = (part['lent'] - 128) / 255
    part['trust'] /= 255
    part['matte'] /= 255
    # A path holds for the middle of its block; between blocks it changes evenly.
    rows, columns = face['paths'].shape[:2]
    y = np.clip((top + 2 * np.arange(height // 2) + 1) / BLOCK - 0.5, 0, rows - 1.001)
    x = np.clip((left + 2 * np.arange(width // 2) + 1) / BLOCK - 0.5, 0, columns - 1.001)
    iy, ix = y.astype(int), x.astype(int)
    fy, fx = (y - iy)[:, None, None], (x - ix)[None, :, None]
    at = lambda dy, dx: face['paths'][np.minimum(iy + dy, rows - 1)[:, None], np.minimum(ix + dx, columns - 1)[None]]
    mixed = (1 - fy) * ((1 - fx) * at(0, 0) + fx * at(0, 1)) + fy * ((1 - fx) * at(1, 0) + fx * at(1, 1))
    part['paths'] = mixed.transpose(2, 0, 1).astype(np.float32)
    return part
