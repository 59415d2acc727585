#!/usr/bin/env python3
"""What PyTorch measures where a page of docs/claims quotes it, with the settings of that page.

    bench/peers/claims.py grid  [--seeds 1 2 3] toy-generators: WGAN-GP on 25 Gaussians at a constant rate, 8,000 steps
    bench/peers/claims.py ring  [--seeds 1 2] toy-generators: the original game on 8 Gaussians, 5,000 steps
    bench/peers/claims.py noise [--seeds 1 ... 8] instance-noise: the original game on 8 Gaussians with noise that fades, 6,000 steps
    bench/peers/claims.py fresh [--seeds 0 1 2] fresh-batches: a penalized critic of trousers and bags, how much it is too high
    bench/peers/claims.py fixed [--seeds 0]   static-estimate: a penalized critic of two fixed sets of 64 pictures, the same
    --he begins with He's weights and zero biases instead of PyTorch's own.

Needs Debian's python3-torch and python3-scipy; fresh and fixed also dataset-fashion-mnist.
"""
import argparse, glob, gzip, math
import numpy as np, torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from torch import nn

torch.set_num_threads(1)


def perceptron(widths, activation, he):
    layers = []
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        layers += [nn.Linear(a, b)] + ([activation()] if i < len(widths) - 2 else [])
    for layer in layers:
        if he and isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def slopes(critic, x, y):
    """Norms of the critic's gradient between samples paired as they come."""
    share = torch.rand(len(x), 1)
    between = (share * x + (1 - share) * y).requires_grad_()
    return torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0].norm(dim=1)


def step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def coverage(points, centers, deviation, within):
    """Modes reached, share of good samples, KL of the nearest-mode histogram from the even one."""
    distance, nearest = torch.cdist(points, centers).min(1)
    good, k = distance < within * deviation, len(centers)
    share = torch.bincount(nearest, minlength=k).float() / len(points)
    divergence = float((share * (share * k).clamp_min(1e-9).log()).sum())
    return f"modes {len(nearest[good].unique())}, good {good.float().mean():.2f}, KL {divergence:.3f}"


def play(seed, he, centers, deviation, steps, rate, betas, critic_steps, losses, hidden=(128, 128, 128), noise=0, within=3):
    torch.manual_seed(seed)
    noisy = lambda x, t: x if noise == 0 else x + noise * max(0, 1 - (t - 1) / (0.7 * steps)) * torch.randn_like(x)
    draw = lambda: centers[torch.randint(len(centers), (256,))] + deviation * torch.randn(256, 2)
    generator, critic = perceptron([2, *hidden, 2], nn.ReLU, he), perceptron([2, *hidden, 1], nn.ReLU, he)
    ofG, ofD = (torch.optim.Adam(net.parameters(), rate, betas) for net in (generator, critic))
    for t in range(1, steps + 1):
        for _ in range(critic_steps):
            real = draw()
            with torch.no_grad():
                fake = generator(torch.randn(256, 2))
            step(ofD, losses[0](critic, noisy(real, t), noisy(fake, t)))
        step(ofG, losses[1](critic, noisy(generator(torch.randn(256, 2)), t)))
        if t % 500 == 0:
            with torch.no_grad():
                print(f"seed {seed}, step {t}: {coverage(generator(torch.randn(2500, 2)), centers, deviation, within)}", flush=True)


def grid(seed, he):
    centers = torch.tensor([[2.0 * i, 2.0 * j] for i in range(-2, 3) for j in range(-2, 3)]) / 2.828
    play(seed, he, centers, 0.05 / 2.828, 8000, 5e-4, (0.5, 0.9), 5,
         (lambda D, x, y: D(y).mean() - D(x).mean() + 0.1 * ((slopes(D, x, y) - 1) ** 2).mean(), lambda D, y: -D(y).mean()))


CIRCLE = torch.tensor([[2 * math.cos(k * math.pi / 4), 2 * math.sin(k * math.pi / 4)] for k in range(8)])
NON_SATURATING = (lambda D, x, y: F.softplus(-D(x)).mean() + F.softplus(D(y)).mean(), lambda D, y: F.softplus(-D(y)).mean())


def ring(seed, he):
    play(seed, he, CIRCLE / 1.414, 0.02 / 1.414, 5000, 2e-4, (0.5, 0.999), 1, NON_SATURATING)


def noise(seed, he):
    play(seed, he, CIRCLE, 0.02, 6000, 1e-3, (0.5, 0.999), 1, NON_SATURATING, hidden=(128, 128), noise=0.3, within=4)


def garments():
    """Training pictures of Fashion-MNIST [60000, 784] in [0, 1], and their classes."""
    patterns = [f"/usr/share/{folder}/**/train-images-idx3-ubyte*" for folder in ("datasets", "*fashion*")]
    images = next(f for pattern in patterns for f in glob.glob(pattern, recursive=True))
    labels = images.replace("images-idx3", "labels-idx1")
    read = lambda path, skip: np.frombuffer((gzip.open if path.endswith("gz") else open)(path, "rb").read(), np.uint8, offset=skip)
    pictures = torch.tensor(read(images, 16).reshape(-1, 784).astype(np.float32) / 255)
    return pictures, torch.tensor(read(labels, 8).astype(np.int64))


def exact(x, y):
    costs = torch.cdist(x, y).numpy()
    return costs[linear_sum_assignment(costs)].mean()


def penalized(seed, he, steps, pair):
    torch.manual_seed(seed)
    critic = perceptron([784, 256, 256, 1], lambda: nn.LeakyReLU(0.2), he)
    adam = torch.optim.Adam(critic.parameters(), 1e-4, (0.5, 0.9))
    for _ in range(steps):
        x, y = pair()
        step(adam, critic(y).mean() - critic(x).mean() + 10 * ((slopes(critic, x, y) - 1) ** 2).mean())
    return lambda x, y: float(critic(x).mean() - critic(y).mean())


def fresh(seed, he):
    x, classes = garments()
    sets = [x[classes == 1], x[classes == 8]]
    estimate = penalized(seed, he, 1500, lambda: [s[torch.randint(5000, (64,))] for s in sets])
    pairs = [[s[5000 + torch.randint(1000, (64,))] for s in sets] for _ in range(20)]
    with torch.no_grad():
        print(f"seed {seed}: {np.mean([estimate(a, b) for a, b in pairs]) / np.mean([exact(a, b) for a, b in pairs]) - 1:+.0%}", flush=True)


def fixed(seed, he):
    order = np.random.RandomState(0).permutation(60000)
    x, y = garments()[0][order[:128]].split(64)
    for name, pair in ("new pairs at each step", lambda: (x, y[torch.randperm(64)])), ("pairs that stay", lambda: (x, y)):
        estimate = penalized(seed, he, 2000, pair)
        with torch.no_grad():
            print(f"seed {seed}, {name}: {estimate(x, y) / exact(x, y):.2f} of the exact distance", flush=True)


if __name__ == "__main__":
    experiments = {
        "grid": (grid, [1, 2, 3]), "ring": (ring, [1, 2]), "noise": (noise, range(1, 9)), "fresh": (fresh, [0, 1, 2]),
        "fixed": (fixed, [0]),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=experiments)
    parser.add_argument("--seeds", type=int, nargs="+")
    parser.add_argument("--he", action="store_true")
    chosen = parser.parse_args()
    run, seeds = experiments[chosen.experiment]
    for seed in chosen.seeds or seeds:
        run(seed, chosen.he)
