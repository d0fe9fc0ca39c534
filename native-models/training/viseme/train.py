"""Trains the viseme network. usage: train.py FOLDER STEPS OUT CORPUS:SHARE[,CORPUS:SHARE...] [WEIGHTS [STAGE [NOISY]]]
FOLDER holds the prepared corpora and music.power.npy. OUT gets the averaged weights after every 200 steps. With WEIGHTS, training
goes on from them at half the rate; STAGE (1 unless given) counts such goings-on, so that each draws its own examples. NOISY (a
share of the examples) trains the network that is asked in noise: noise is shaped and weighed as it sounds, before pre-emphasis, and
closures count once more by themselves. Without it noise is as it was for the network that listens to everything."""
import json
import sys
import time

import numpy as np
import torch

import features
from network import Network

SEED = 0
BATCH, FRAMES, CONTEXT = 16, 300, 200
PEAK_RATE, WARM_UP, AVERAGE = 2e-3, 100, 0.995
WARPS = np.linspace(0.80, 1.22, 15)
# Silence is easy and frequent; lips are what an eye checks first.
CLASS_WEIGHT = [0.6, 1.2, 1.2, 1.2] + [1.0] * 11
CURVE_WEIGHT = [1.0, 1.0, 1.0, 2.0]
IGNORED = -100
# What is taken for closures and what closures are taken for, told apart once more by themselves: columns of PP, FF, nn.
CONTRAST, CONTRAST_WEIGHT = (1, 2, 8), 0.3
BILABIAL, BILABIAL_WEIGHT = 1, 1.0
# What pre-emphasis does to power, bin by bin; noise is shaped and weighed as it sounds before that. Bins under 60 Hz say nothing.
EMPHASIS = (1 + features.EMPHASIS**2 - 2 * features.EMPHASIS * np.cos(np.pi * np.linspace(0, 1, 257))).astype(np.float32)
AUDIBLE = 2
# The product listens to noisy sound a second time with the noise taken off (src/engine/speech/mel-noise.ts).
QUIET, TAKEN, KEPT = 20, 3.0, 0.1


def loudness(power):
    """power of frames before pre-emphasis"""
    return power[:, AUDIBLE:] @ (1 / EMPHASIS[AUDIBLE:])


def total(power):
    """power of frames as it is"""
    return power.sum(1)


def without_noise(mel):
    """log-mel rows with what is there all the time taken off"""
    power = np.exp(mel)
    return np.log(np.maximum(power - TAKEN * np.exp(np.percentile(mel, QUIET, axis=0)), KEPT * power))


class Corpus:
    def __init__(self, path):
        self.power = np.load(path + '.power.npy', mmap_mode='r')
        labels = np.fromfile(path + '.labels', np.uint8).reshape(-1, 5)
        self.visemes = labels[:, 0].astype(np.int64)
        self.curves = labels[:, 1:].astype(np.float32) / 255
        sizes = [size[2] for size in json.load(open(path + '.frames.json'))]
        self.offsets = np.concatenate([[0], np.cumsum(sizes)])
        self.long = np.where(np.array(sizes) >= 120)[0]


class Batches:
    def __init__(self, folder, shares, noisy=None):
        self.noisy = noisy
        self.rng = np.random.default_rng(SEED)
        self.corpora = [Corpus(f'{folder}/{name}') for name in shares]
        self.shares = np.array(list(shares.values())) / sum(shares.values())
        self.music = np.load(folder + '/music.power.npy', mmap_mode='r')
        self.matrices = [features.filters(w) for w in WARPS]

    def excerpt(self, frames):
        """log power, visemes, curves of a stretch with surroundings, and where the stretch of `frames` starts in it"""
        corpus = self.corpora[self.rng.choice(len(self.corpora), p=self.shares)]
        utterance = self.rng.choice(corpus.long)
        first, end = corpus.offsets[utterance], corpus.offsets[utterance + 1]
        count = min(frames, end - first)
        start = first + self.rng.integers(0, end - first - count + 1)
        low, high = max(first, start - CONTEXT), min(end, start + count + CONTEXT)
        part = slice(low, high)
        return corpus.power[part].astype(np.float32), corpus.visemes[part], corpus.curves[part], start - low, count

    def stretch(self, power, visemes, curves, start, count):
        """another pace: frames resampled by up to a third; synthetic voices are slower and more even than people"""
        ratio = np.exp(self.rng.uniform(-0.2, 0.33))
        length = max(60, int(len(power) / ratio))
        place = np.linspace(0, len(power) - 1, length)
        near = np.round(place).astype(int)
        left = np.floor(place).astype(int)
        right = np.minimum(left + 1, len(power) - 1)
        share = (place - left)[:, None].astype(np.float32)
        start = int(start / ratio)
        mixed = power[left] * (1 - share) + power[right] * share
        return mixed, visemes[near], curves[left] * (1 - share) + curves[right] * share, start, min(FRAMES, length - start, int(count / ratio))

    def noise(self, frames):
        """steady noise of power 1, shaped after pre-emphasis"""
        rng, f = self.rng, np.linspace(0, 1, 257)
        # from white to more than pink, at times brown, with one bump
        shape = np.exp(rng.uniform(-1, 1) * np.sin(2 * np.pi * f * rng.uniform(0.5, 3) + rng.uniform(0, 6))) * (f + 0.01) ** -(rng.uniform(1.2, 2.2) if rng.random() < 0.15 else rng.uniform(-0.2, 1.2))
        noise = shape[None].astype(np.float32) * rng.standard_exponential((frames, 257), np.float32)
        if rng.random() < 0.3:
            noise *= np.exp(0.8 * np.sin(2 * np.pi * np.arange(frames) / rng.uniform(20, 200) + rng.uniform(0, 6))).astype(np.float32)[:, None]
        return noise * np.float32(1 / noise.sum(1).mean())

    def heard_noise(self, frames):
        """steady noise of loudness 1, shaped before pre-emphasis"""
        rng, f = self.rng, np.maximum(AUDIBLE / 2, np.arange(257)) / 256
        # from white to more than pink, at times brown, with one bump
        slope = rng.uniform(1.2, 2.2) if rng.random() < 0.15 else rng.uniform(0, 1.2)
        bump = np.exp(rng.uniform(-1, 1) * np.sin(2 * np.pi * f * rng.uniform(0.5, 3) + rng.uniform(0, 6)))
        shape = (EMPHASIS * bump * f**-slope).astype(np.float32)
        noise = shape[None] * rng.standard_exponential((frames, 257), np.float32)
        if rng.random() < 0.3:
            noise *= np.exp(0.8 * np.sin(2 * np.pi * np.arange(frames) / rng.uniform(20, 200) + rng.uniform(0, 6))).astype(np.float32)[:, None]
        return noise * np.float32(1 / loudness(noise).mean())

    def item(self):
        rng = self.rng
        power, visemes, curves, start, count = self.excerpt(FRAMES)
        if rng.random() < 0.6:
            power, visemes, curves, start, count = self.stretch(power, visemes, curves, start, count)
        power = np.exp(power)
        weigh = loudness if self.noisy is not None else total
        level = np.percentile(weigh(power), 85)
        empty = rng.random() < 0.05
        if empty:  # nobody speaks: noise or music alone
            power, visemes = power * np.float32(1e-6), np.zeros_like(visemes)
            curves = np.tile(np.float32([0, 0.05, 0.1, 0.6]), (len(power), 1))
        chance = rng.random()
        noisy = self.noisy is not None and chance < self.noisy
        if self.noisy is not None and (noisy or empty or rng.random() < 0.7):
            ratio = rng.uniform(3, 20) if noisy else rng.uniform(15, 50)
            power = power + self.heard_noise(len(power)) * np.float32(level * 10 ** (-ratio / 10))
        if self.noisy is None and (chance < 0.8 or empty):
            power = power + self.noise(len(power)) * np.float32(level * 10 ** (-rng.uniform(6, 50) / 10))
        if rng.random() < (0.5 if empty else 0.16):
            first = rng.integers(len(self.music) - len(power))
            music = np.exp(self.music[first : first + len(power)].astype(np.float32))
            power = power + music * np.float32(level / max(1e-9, weigh(music).mean()) * 10 ** (-rng.uniform(4, 28) / 10))
        if not empty and rng.random() < 0.15:
            other = np.exp(self.excerpt(FRAMES)[0])
            power = power + np.resize(other, power.shape) * np.float32(10 ** (-rng.uniform(11, 25) / 10))
        f = np.linspace(0, 1, 257)
        channel = sum(rng.normal(0, 1.2) * np.cos(np.pi * k * f + rng.uniform(0, 3)) for k in range(1, 5)) + rng.normal(0, 2) * f
        if rng.random() < 0.25:
            channel = channel - 8 * (f > rng.uniform(0.45, 0.95))
        if rng.random() < 0.2:
            channel = channel - 5 * (f < rng.uniform(0.01, 0.04))
        matrix = self.matrices[rng.integers(len(WARPS))]
        matrix = matrix * np.exp(channel + rng.normal(0, 1.2)).astype(np.float32)[:, None]
        mel = np.log(power @ matrix + np.float32(features.FLOOR))
        if noisy and rng.random() < 0.4:
            mel = without_noise(mel)
        mel = features.normalise(mel)[start : start + count]
        if rng.random() < 0.5:
            width = rng.integers(1, 10)
            band = rng.integers(0, features.BANDS - width)
            mel[:, band : band + width] = mel[:, band : band + width].mean()
        return mel, visemes[start : start + count], curves[start : start + count]

    def next(self):
        mel = np.zeros((BATCH, FRAMES, features.BANDS), np.float32)
        visemes = np.full((BATCH, FRAMES), IGNORED, np.int64)
        curves = np.zeros((BATCH, FRAMES, 4), np.float32)
        for row in range(BATCH):
            m, v, c = self.item()
            mel[row, : len(m)], visemes[row, : len(v)], curves[row, : len(c)] = m, v, c
        return torch.from_numpy(mel), torch.from_numpy(visemes), torch.from_numpy(curves)


def contrast(logits, visemes):
    """closures against everything else, and against v, f and n, l"""
    closed = logits[:, BILABIAL] - torch.logsumexp(torch.cat([logits[:, :BILABIAL], logits[:, BILABIAL + 1 :]], 1), 1)
    known = visemes != IGNORED
    both = torch.nn.functional.binary_cross_entropy_with_logits(closed[known], (visemes[known] == BILABIAL).float())
    target = torch.full_like(visemes, IGNORED)
    for place, column in enumerate(CONTRAST):
        target[visemes == column] = place
    parted = torch.nn.functional.cross_entropy(logits[:, list(CONTRAST)], target, ignore_index=IGNORED)
    return BILABIAL_WEIGHT * both + CONTRAST_WEIGHT * torch.nan_to_num(parted)


def main():
    folder, steps, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    shares = {name: float(share) for name, share in (part.split(':') for part in sys.argv[4].split(','))}
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    batches = Batches(folder, shares, float(sys.argv[7]) if len(sys.argv) > 7 else None)
    network = Network()
    peak = PEAK_RATE
    if len(sys.argv) > 5:
        network.load_state_dict(torch.load(sys.argv[5]))
        batches.rng = np.random.default_rng(SEED + (int(sys.argv[6]) if len(sys.argv) > 6 else 1))
        peak = PEAK_RATE / 2
    averaged = {name: value.detach().clone() for name, value in network.state_dict().items()}
    optimiser = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=1e-3)
    classify = torch.nn.CrossEntropyLoss(weight=torch.tensor(CLASS_WEIGHT), label_smoothing=0.05, ignore_index=IGNORED)
    weight = torch.tensor(CURVE_WEIGHT)
    cpu, wall, recent = time.process_time(), time.time(), []
    for step in range(1, steps + 1):
        rate = peak * min(1, step / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-6
        for group in optimiser.param_groups:
            group['lr'] = rate
        mel, visemes, curves = batches.next()
        logits, drawn = network(mel)
        known = (visemes >= 0).float()[..., None]
        share = known.mean()
        loss_class = classify(logits.reshape(-1, 15), visemes.reshape(-1))
        loss_curve = ((drawn - curves) ** 2 * weight * known).mean() / share
        moved = (drawn[:, 1:] - drawn[:, :-1]) - (curves[:, 1:] - curves[:, :-1])
        loss_speed = (moved**2 * known[:, 1:]).mean() / share
        loss = loss_class + 8 * loss_curve + 8 * loss_speed
        if batches.noisy is not None:
            loss = loss + contrast(logits.reshape(-1, 15), visemes.reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        keep = min(AVERAGE, step / (step + 10))
        with torch.no_grad():
            for name, value in network.state_dict().items():
                if value.dtype.is_floating_point:
                    averaged[name].mul_(keep).add_(value, alpha=1 - keep)
            right = (logits.argmax(-1) == visemes)[visemes >= 0].float().mean().item()
        recent.append((loss_class.item(), loss_curve.item(), right))
        if step % 100 == 0 or step == steps:
            figures = np.mean(recent[-100:], 0)
            print(f'step {step} cpu {time.process_time() - cpu:.0f} s wall {time.time() - wall:.0f} s class {figures[0]:.3f} curve {figures[1]:.4f} right {figures[2]:.3f}', flush=True)
        if step % 200 == 0 or step == steps:
            torch.save(averaged, out)


if __name__ == '__main__':
    main()
