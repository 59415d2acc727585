"""Writes optimizers.json: the path of 19 numbers under LibTorch's own optimizers (torch.optim, float64).

The gradient at step t is a fixed function of the step and the place, so that no network is needed:
g_i(t) = sin(0.7 i + 0.9 t) * (1 + i / 7), and the start is p_i = cos(i).
Run:  python3 tests/golden/optimizers.py
"""
import json
import math
import pathlib

import torch

COUNT, STEPS = 19, 7
RULES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.5, 0.9)),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.02, betas=(0.0, 0.99), weight_decay=0.1),
}


def path(rule):
    p = torch.tensor([math.cos(i) for i in range(COUNT)], dtype=torch.float64)
    optimizer = rule([p])
    for t in range(STEPS):
        p.grad = torch.tensor([math.sin(0.7 * i + 0.9 * t) * (1 + i / 7) for i in range(COUNT)], dtype=torch.float64)
        optimizer.step()
    return p.tolist()


numbers = {"torch": torch.__version__, "steps": STEPS, **{name: path(rule) for name, rule in RULES.items()}}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(numbers, indent=1) + "\n")
