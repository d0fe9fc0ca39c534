"""Values for native-models/restorer.native.test.ts: the network's answer to a fixed input. usage: golden.py WEIGHTS.pt"""
import sys

import numpy as np
import torch

from dump import halves
from network import INPUTS, SCALE, Network

SIDE = 120


def noise(count, seed):
    out, state = np.zeros(count, np.float32), seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state / 2**31 - 1
    return out


network = Network()
state = {name: value.float() for name, value in halves(sys.argv[1]).items()}
network.load_state_dict({name: value / SCALE if name.startswith('tail.') else value for name, value in state.items()})
with torch.no_grad():
    change = network(torch.from_numpy(noise(INPUTS * SIDE * SIDE, 1)).reshape(1, INPUTS, SIDE, SIDE))[0]
for plane, row, column in ((0, 0, 0), (1, 0, 119), (2, 40, 41), (3, 41, 40), (0, 59, 60), (1, 119, 0), (2, 119, 119), (3, 17, 80)):
    print(f'  [{plane}, {row}, {column}, {change[plane, row, column]:.6f}],')
