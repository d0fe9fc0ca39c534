"""Weights of the trained restorer as the pack builder reads them. usage: dump.py WEIGHTS.pt OUT
OUT: a line of JSON (names and shapes), then all values as little-endian float16. The last layer's scale is multiplied in."""
import json
import sys

import numpy as np
import torch

from network import SCALE


def halves(path):
    """the weights as the pack has them"""
    state = torch.load(path)
    return {name: (value * SCALE if name.startswith('tail.') else value).half() for name, value in state.items()}


def main():
    weights = halves(sys.argv[1])
    header = [{'name': name, 'shape': list(value.shape)} for name, value in weights.items()]
    with open(sys.argv[2], 'wb') as file:
        file.write((json.dumps({'tensors': header}) + '\n').encode())
        file.write(np.concatenate([value.numpy().astype('<f2').ravel() for value in weights.values()]).tobytes())


if __name__ == '__main__':
    main()
