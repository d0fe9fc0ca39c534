"""The restorer: what the estimate left wrong of a face's luma, from the blurred and the estimated face and what the estimate knew.

Works on 2 x 2 pixels as one step, with coarser levels of 4 x 4 and 8 x 8: dense convolutions only, which processors are good at."""
import torch
from torch import nn

INPUTS, FINE, COARSE, COARSEST = 16, 24, 48, 72
BEFORE, MIDDLE, INNER, REST, AFTER = 1, 2, 2, 2, 2
"""What the last layer gives is this much of the range from black to white."""
SCALE = 0.1


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.normal_(self.second.weight, std=0.1 / (3 * width**0.5))
        nn.init.zeros_(self.second.bias)

    def forward(self, x):
        return x + self.second(torch.relu(self.first(x)))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Conv2d(INPUTS, FINE, 3, padding=1)
        self.before = nn.ModuleList(Block(FINE) for _ in range(BEFORE))
        self.down = nn.Conv2d(FINE, COARSE, 2, stride=2)
        self.middle = nn.ModuleList(Block(COARSE) for _ in range(MIDDLE))
        self.sink = nn.Conv2d(COARSE, COARSEST, 2, stride=2)
        self.inner = nn.ModuleList(Block(COARSEST) for _ in range(INNER))
        self.rise = nn.Conv2d(COARSEST, 4 * COARSE, 1)
        nn.init.zeros_(self.rise.weight)
        nn.init.zeros_(self.rise.bias)
        self.rest = nn.ModuleList(Block(COARSE) for _ in range(REST))
        self.up = nn.Conv2d(COARSE, 4 * FINE, 1)
        self.after = nn.ModuleList(Block(FINE) for _ in range(AFTER))
        self.tail = nn.Conv2d(FINE, 4, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def forward(self, x):
        x = self.head(x)
        for block in self.before:
            x = block(x)
        y = self.down(x)
        for block in self.middle:
            y = block(y)
        z = self.sink(y)
        for block in self.inner:
            z = block(z)
        y = y + torch.pixel_shuffle(self.rise(z), 2)
        for block in self.rest:
            y = block(y)
        x = x + torch.pixel_shuffle(self.up(y), 2)
        for block in self.after:
            x = block(x)
        return SCALE * self.tail(x)


def inputs(blurred, restored, lent, trust, paths):
    """Planes [N, 1, H, W] in 0..1 (lent is a difference), paths [N, 2, H / 2, W / 2] in pixels -> [N, 16, H / 2, W / 2]"""
    length = torch.sqrt((paths**2).sum(1, keepdim=True) + 1e-6)
    x, y = paths[:, :1], paths[:, 1:]
    # A path and its reverse blur alike, so twice its angle counts.
    twice = torch.cat([x * x - y * y, 2 * x * y], 1) / length
    planes = torch.cat([2 * restored - 1, 8 * (blurred - restored), 8 * (blurred + lent - restored)], 1)
    folded = torch.pixel_unshuffle(planes, 2)
    return torch.cat([folded, torch.nn.functional.avg_pool2d(trust, 2), twice / 12, length / 12], 1)
