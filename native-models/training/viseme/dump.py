"""Weights of a trained network as the pack builder reads them. usage: dump.py WEIGHTS.pt OUT
OUT: a line of JSON (names and shapes), then all values as little-endian float16. Batch norms are folded into their convolutions."""
import json
import sys

import numpy as np
import torch

from network import DILATIONS


def folded(state, conv, norm):
    scale = state[norm + '.weight'] / torch.sqrt(state[norm + '.running_var'] + 1e-5)
    return state[conv + '.weight'] * scale[:, None, None], state[norm + '.bias'] - state[norm + '.running_mean'] * scale


def main():
    state = {name: value.double() for name, value in torch.load(sys.argv[1]).items()}
    tensors = [('first', folded(state, 'first', 'first_norm'))]
    tensors += [(f'block{i}', folded(state, f'blocks.{i}.conv', f'blocks.{i}.norm')) for i in range(len(DILATIONS))]
    tensors.append(('head', (state['head.weight'], state['head.bias'])))
    header, values = [], []
    for name, pair in tensors:
        for part, value in zip(('weight', 'bias'), pair):
            header.append({'name': f'{name}.{part}', 'shape': list(value.shape)})
            values.append(value.numpy().astype('<f2').ravel())
    with open(sys.argv[2], 'wb') as file:
        file.write((json.dumps({'dilations': list(DILATIONS), 'tensors': header}) + '\n').encode())
        file.write(np.concatenate(values).tobytes())


main()
