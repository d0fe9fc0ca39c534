"""Values for src/engine/speech/log-mel.test.ts: features of a fixed signal."""
import numpy as np

import features


def noise(count, seed):
    out, state = np.zeros(count, np.float32), seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state / 2**31 - 1
    return out


t = np.arange(16000) / 16000
signal = 0.3 * np.sin(2 * np.pi * (120 + 60 * t) * t) + 0.1 * np.sin(2 * np.pi * (1500 + 900 * t) * t) + 0.02 * noise(16000, 1)
signal[(t > 0.6) & (t < 0.7)] = 0
result = features.features(signal.astype(np.float32))
for frame, band in ((0, 0), (3, 10), (20, 2), (20, 33), (40, 60), (59, 5), (65, 30), (80, 12), (80, 40), (100, 63)):
    print(f'  [{frame}, {band}, {result[frame, band]:.4f}],')
