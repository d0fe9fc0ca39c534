"""The trained network that a weights file holds, made ready to be trained further. usage: thaw.py FOLDER WEIGHTS OUT.pt CORPUS:SHARE[,...]
dump.py has folded the batch norms into their convolutions. Here they get means and spreads of examples back, which changes
nothing of what the network says."""
import json
import sys

import numpy as np
import torch

from network import DILATIONS, Network
from train import Batches

BATCHES = 20
NOISY = 0.4


def read(path):
    with open(path, 'rb') as file:
        header = json.loads(file.readline())
        values = np.frombuffer(file.read(), '<f2').astype(np.float32)
    out, at = {}, 0
    for tensor in header['tensors']:
        count = int(np.prod(tensor['shape']))
        out[tensor['name']] = torch.from_numpy(values[at : at + count].reshape(tensor['shape']).copy())
        at += count
    return out


def main():
    folder, weights, out = sys.argv[1:4]
    shares = {name: float(share) for name, share in (part.split(':') for part in sys.argv[4].split(','))}
    torch.set_num_threads(1)
    tensors = read(weights)
    network = Network().eval()
    layers = [('first', network.first, network.first_norm)]
    layers += [(f'block{i}', network.blocks[i].conv, network.blocks[i].norm) for i in range(len(DILATIONS))]
    inputs = {name: [] for name, _, _ in layers}
    with torch.no_grad():
        for name, conv, norm in layers:
            conv.weight.copy_(tensors[name + '.weight'])
            norm.weight.fill_(float(np.sqrt(1 + norm.eps)))
            norm.bias.copy_(tensors[name + '.bias'])
            norm.register_forward_pre_hook(lambda _, given, name=name: inputs[name].append(given[0].transpose(0, 1).flatten(1)))
        network.head.weight.copy_(tensors['head.weight'])
        network.head.bias.copy_(tensors['head.bias'])
        batches = Batches(folder, shares, NOISY)
        examples = [batches.next()[0] for _ in range(BATCHES)]
        before = [network(mel)[0] for mel in examples[:2]]
        for mel in examples[2:]:
            network(mel)
        for name, _, norm in layers:
            seen = torch.cat(inputs[name], 1)
            mean, spread = seen.mean(1), seen.var(1)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(spread)
            norm.weight.copy_(torch.sqrt(spread + norm.eps))
            norm.bias.copy_(tensors[name + '.bias'] + mean)
        worst = max((network(mel)[0] - said).abs().max().item() for mel, said in zip(examples, before))
    torch.save(network.state_dict(), out)
    print(f'{out}: logits differ by {worst:.2e} at most')


if __name__ == '__main__':
    main()
