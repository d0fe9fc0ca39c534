"""The viseme network: mel frames in, viseme logits and four articulator curves out.

Two frames of 10 ms are one step inside (half the cost at the same reach, +-0.48 s); the head speaks for each of them."""
import torch
from torch import nn

WIDTH, KERNEL, DILATIONS, VISEMES, ARTICULATORS = 96, 5, (1, 1, 1, 2, 2, 4), 15, 4
FOLD = 2


class Block(nn.Module):
    def __init__(self, dilation):
        super().__init__()
        self.conv = nn.Conv1d(WIDTH, WIDTH, KERNEL, dilation=dilation, padding=dilation * (KERNEL // 2), bias=False)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return x + self.drop(torch.relu(self.norm(self.conv(x))))


class Network(nn.Module):
    def __init__(self, bands=64):
        super().__init__()
        self.first = nn.Conv1d(bands * FOLD, WIDTH, KERNEL, padding=KERNEL // 2, bias=False)
        self.first_norm = nn.BatchNorm1d(WIDTH)
        self.blocks = nn.Sequential(*[Block(d) for d in DILATIONS])
        self.head = nn.Conv1d(WIDTH, FOLD * (VISEMES + ARTICULATORS), 1)

    def forward(self, mel):
        """mel [N, frames, bands], frames even -> logits [N, frames, 15], curves [N, frames, 4]"""
        count, frames, bands = mel.shape
        folded = mel.reshape(count, frames // FOLD, bands * FOLD).transpose(1, 2)
        hidden = torch.relu(self.first_norm(self.first(folded)))
        out = self.head(self.blocks(hidden)).transpose(1, 2).reshape(count, frames, VISEMES + ARTICULATORS)
        return out[..., :VISEMES], torch.sigmoid(out[..., VISEMES:])
