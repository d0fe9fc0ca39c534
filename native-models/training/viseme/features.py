"""Log-mel features; src/engine/speech/log-mel.ts is the same arithmetic (golden test: log-mel.test.ts)."""
import numpy as np

RATE, FFT, WINDOW, HOP, BANDS = 16000, 512, 400, 160, 64
LOW, HIGH = 60.0, 7600.0
EMPHASIS = 0.97
FLOOR = 1e-6
LEVEL = 1 / 12  # root mean square that a recording is brought to
REACH = 400  # frames on either side whose mean is subtracted
SCALE = 3.0

window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


def level(sound):
    return sound * (LEVEL / max(1e-4, float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))))


def power(sound):
    """[frames, 257] power; frame i is centred on sample i * HOP"""
    emphasised = np.copy(sound)
    emphasised[1:] -= EMPHASIS * sound[:-1]
    frames = len(sound) // HOP + 1
    padded = np.pad(emphasised, (WINDOW // 2, WINDOW // 2 + HOP))
    index = np.arange(WINDOW)[None] + HOP * np.arange(frames)[:, None]
    return (np.abs(np.fft.rfft(padded[index] * window, FFT)) ** 2).astype(np.float32)


def mel(hertz):
    return 1127 * np.log(1 + hertz / 700)


def hertz(mels):
    return 700 * (np.exp(mels / 1127) - 1)


def filters(warp=1.0):
    """[257, 64] triangles; `warp` stretches the frequency axis, which makes a voice smaller or larger"""
    edges = np.minimum(hertz(np.linspace(mel(LOW), mel(HIGH), BANDS + 2)) * warp, 7950.0)
    bins = np.arange(FFT // 2 + 1) * RATE / FFT
    matrix = np.zeros((FFT // 2 + 1, BANDS), np.float32)
    for band in range(BANDS):
        low, centre, high = edges[band], max(edges[band + 1], edges[band] + 1e-3), max(edges[band + 2], edges[band + 1] + 2e-3)
        weights = np.maximum(0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)))
        if weights.sum() < 1e-3:
            weights[np.argmin(abs(bins - centre))] = 1
        matrix[:, band] = weights
    return matrix


def normalise(log_mel):
    """subtract the mean over +-4 s, scale"""
    frames = len(log_mel)
    sums = np.concatenate([np.zeros((1, log_mel.shape[1])), np.cumsum(log_mel, 0, dtype=np.float64)])
    index = np.arange(frames)
    first, until = np.maximum(0, index - REACH), np.minimum(frames, index + REACH)
    return ((log_mel - (sums[until] - sums[first]) / (until - first)[:, None]) / SCALE).astype(np.float32)


def features(sound, matrix=None):
    return normalise(np.log(power(level(sound)) @ (filters() if matrix is None else matrix) + FLOOR))
