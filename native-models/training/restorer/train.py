"""Trains the restorer. usage: train.py FOLDER STEPS OUT PERSON [BEGIN]
FOLDER holds what pairs.ts wrote; PERSON is held out and only looked at. OUT gets the averaged weights, OUT.state all that is needed to
go on from there: BEGIN is such a state, or weights to begin with. Files that come to FOLDER meanwhile are taken in."""
import os
import sys
import time

import numpy as np
import torch
from torch.nn.functional import conv2d

import faces
from network import Network, inputs

SEED, BATCH, SIDE = 0, 16, 96
PEAK_RATE, WARM_UP, AVERAGE = 1.2e-3, 100, 0.997
CHARBONNIER = 2 / 255
GRADIENT, LIKENESS = 0.3, 0.1
CHECK = 200
NAMES = ('blurred', 'restored', 'sharp', 'lent', 'trust', 'matte', 'paths')
GAUSS = torch.exp(-(torch.arange(-5, 6).float() ** 2) / (2 * 1.5**2))
GAUSS = GAUSS / GAUSS.sum()


def smooth(x):
    count = x.shape[1]
    kernel = GAUSS.expand(count, 1, 1, 11)
    return conv2d(conv2d(x, kernel, groups=count), kernel.transpose(2, 3), groups=count)


def ssim(a, b):
    """SSIM of planes whose range is 219 / 255 of the one that its constants are given for; without a rim of 5 pixels"""
    ma, mb, aa, bb, ab = smooth(torch.cat([a, b, a * a, b * b, a * b], 1)).split(1, 1)
    c1, c2 = (0.01 * 255 / 219) ** 2, (0.03 * 255 / 219) ** 2
    return (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2) / ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2))


def restore(network, batch):
    """the restored plane with the network's change, where the face's matte lets it show"""
    change = network(inputs(*(batch[name] for name in ('blurred', 'restored', 'lent', 'trust', 'paths'))))
    return batch['restored'] + batch['matte'] * torch.pixel_shuffle(change, 2)


def loss_of(out, batch):
    sharp, weight = batch['sharp'], (batch['matte'] > 0.3).float()
    share = weight.mean() + 1e-6
    off = out - sharp
    near = (torch.sqrt(off**2 + CHARBONNIER**2) * weight).mean() / share - CHARBONNIER
    across = sum(((off[..., 1:, :-1] - off[..., :-1, :-1]).abs(), (off[..., :-1, 1:] - off[..., :-1, :-1]).abs()))
    edges = (across * weight[..., 1:, 1:]).mean() / share
    inner = weight[..., 5:-5, 5:-5]
    like = ((1 - ssim(out, sharp)) * inner).sum() / (inner.sum() + 1)
    return near + GRADIENT * edges + LIKENESS * like


class Batches:
    def __init__(self, folder, held_out):
        self.folder, self.held_out, self.known = folder, held_out, set()
        self.people = {}
        self.checked = []

    def look(self):
        """takes in files that are new"""
        for path in faces.files(self.folder):
            if path in self.known:
                continue
            self.known.add(path)
            # Where hardly anything was restored there is nothing to improve on.
            found = [face for face in faces.read(path) if face['matte'].max() > 200]
            if faces.person_of(path) == self.held_out:
                self.checked += found[::3]
            elif found:
                self.people.setdefault(faces.person_of(path), []).extend(found)

    def item(self, rng):
        # Portraits are many people of few frames each: a person counts by the root of what there is of them.
        names = list(self.people)
        share = np.sqrt([len(self.people[name]) for name in names])
        one = self.people[names[rng.choice(len(names), p=share / share.sum())]]
        face = one[rng.integers(len(one))]
        height, width = face['matte'].shape
        for _ in range(8):
            top, left = rng.integers(-8, max(1, height - SIDE + 8)), rng.integers(-8, max(1, width - SIDE + 8))
            if face['matte'][max(0, top) : top + SIDE, max(0, left) : left + SIDE].mean() > 100:
                break
        part = faces.patch(face, top, left, SIDE, SIDE)
        gain, lift = np.float32(rng.uniform(0.7, 1.25)), np.float32(rng.uniform(-0.05, 0.05))
        for name in ('blurred', 'restored', 'sharp'):
            part[name] = part[name] * gain + lift
        part['lent'] *= gain
        if rng.random() < 0.15:  # as without neighbours
            part['lent'], part['trust'] = part['lent'] * 0, part['trust'] * 0
        part = {name: value if value.ndim == 3 else value[None] for name, value in part.items()}
        if rng.random() < 0.5:
            part = {name: value[..., ::-1] for name, value in part.items()}
            part['paths'] = part['paths'] * np.float32([-1, 1])[:, None, None]
        if rng.random() < 0.5:
            part = {name: value[..., ::-1, :] for name, value in part.items()}
            part['paths'] = part['paths'] * np.float32([1, -1])[:, None, None]
        if rng.random() < 0.5:
            part = {name: value.swapaxes(1, 2) for name, value in part.items()}
            part['paths'] = part['paths'][::-1]
        return part

    def next(self, rng):
        items = [self.item(rng) for _ in range(BATCH)]
        return {name: torch.from_numpy(np.ascontiguousarray(np.stack([item[name] for item in items]))) for name in NAMES}


def whole(face):
    height, width = (size - size % 8 for size in face['matte'].shape)
    part = faces.patch(face, 0, 0, height, width)
    return {name: torch.from_numpy(np.ascontiguousarray(value if value.ndim == 3 else value[None]))[None] for name, value in part.items()}


def figures(network, checked):
    """mean PSNR (of samples 16..235 in 0..255) and SSIM of blurred, restored and refined faces"""
    rows = []
    with torch.no_grad():
        for face in checked:
            batch = whole(face)
            refined = torch.round(restore(network, batch) * 219) / 219
            mask = batch['matte'] >= 0.5
            row = []
            for plane in (batch['blurred'], batch['restored'], refined):
                error = (((plane - batch['sharp']) * 219) ** 2)[mask].mean()
                row += [10 * torch.log10(255**2 / error).item(), ssim(plane, batch['sharp'])[mask[..., 5:-5, 5:-5]].mean().item()]
            rows.append(row)
    return np.mean(rows, 0)


def report(network, checked):
    b, bs, r, rs, n, ns = figures(network, checked)
    return f'blurred {b:.2f} {bs:.4f} restored {r - b:+.2f} {rs - bs:+.4f} refined {n - b:+.2f} {ns - bs:+.4f}'


def main():
    folder, steps, out, held_out = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=1e-4)
    averaged = {name: value.detach().clone() for name, value in network.state_dict().items()}
    step = 0
    if len(sys.argv) > 5:
        state = torch.load(sys.argv[5])
        if 'step' in state:
            network.load_state_dict(state['network'])
            optimiser.load_state_dict(state['optimiser'])
            averaged, step = state['averaged'], state['step']
        else:
            network.load_state_dict(state)
            averaged = {name: value.clone() for name, value in state.items()}
    batches = Batches(folder, held_out)
    batches.look()
    looked = Network()
    print(sum(p.numel() for p in network.parameters()), 'weights', {name: len(found) for name, found in batches.people.items()}, flush=True)
    cpu, wall, recent = time.process_time(), time.time(), []
    while step < steps:
        step += 1
        rate = PEAK_RATE * min(1, step / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-6
        for group in optimiser.param_groups:
            group['lr'] = rate
        batch = batches.next(np.random.default_rng([SEED, step]))
        loss = loss_of(restore(network, batch), batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimiser.step()
        keep = min(AVERAGE, step / (step + 10))
        with torch.no_grad():
            for name, value in network.state_dict().items():
                averaged[name].mul_(keep).add_(value, alpha=1 - keep)
            recent.append((loss.item(), loss_of(batch['restored'], batch).item()))
        if step % CHECK == 0 or step == steps:
            looked.load_state_dict(averaged)
            now, before = np.mean(recent[-CHECK:], 0)
            took = f'cpu {time.process_time() - cpu:.0f} s wall {time.time() - wall:.0f} s'
            print(f'step {step} {took} loss {now:.5f} of {before:.5f};', report(looked, batches.checked) if batches.checked else '', flush=True)
            torch.save(averaged, out)
            torch.save({'network': network.state_dict(), 'optimiser': optimiser.state_dict(), 'averaged': averaged, 'step': step}, out + '.state.part')
            os.replace(out + '.state.part', out + '.state')
            batches.look()


if __name__ == '__main__':
    main()
