"""Prints golden/exact.txt: optimal costs by POT (numItermax=1e9), checked against SciPy where that is quick. Needs numpy, scipy, POT.

The clouds come from SplitMix64 numbers, so that LayoutTests.cs makes the same float32 points.
"""
import numpy as np, ot, scipy.optimize
from scipy.spatial.distance import cdist

def uniform(count, stream):
    with np.errstate(over="ignore"):
        z = (np.uint64(stream) << np.uint64(32)) + np.arange(count, dtype=np.uint64)
        z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**53

def normal(n, d, stream):
    u = uniform(2 * n * d, stream)
    return (np.sqrt(-2 * np.log(1 - u[0::2])) * np.cos(2 * np.pi * u[1::2])).reshape(n, d)

def modes(n, d, stream, noise, count):
    k = np.floor(count * uniform(n, stream + 100))
    x = noise * normal(n, d, stream)
    if d == 1: x[:, 0] += 2 * k
    else: x[:, 0] += 2 * np.floor(k / 5); x[:, 1] += 2 * (k % 5)
    return x

def cloud(layout, side, n, d):
    s = 1 + side
    return {
        "gauss": lambda: normal(n, d, s),
        "modes": lambda: modes(n, d, s, 0.05, 25),
        "onemode": lambda: modes(n, d, s, 1e-3, 1) if side == 0 else modes(n, d, s, 0.05, 25),
        "copies": lambda: modes(n, d, s, 0.0, 25),
        "equal": lambda: np.full((n, d), float(side)),
        "line": lambda: np.repeat(normal(n, 1, s), d, axis=1),
        "grid": lambda: np.floor(5 * uniform(n * d, s)).reshape(n, d),
        "small": lambda: 1e-6 * normal(n, d, s),
        "large": lambda: 1e6 * normal(n, d, s),
        "far": lambda: 1e4 + normal(n, d, s),
    }[layout]().astype(np.float32).astype(np.float64)

LAYOUTS = ["gauss", "modes", "onemode", "copies", "equal", "line", "grid", "small", "large", "far"]
cases = [(l, n, n, d, 0) for l in LAYOUTS for n, d in ((1, 1), (3, 784), (60, 1), (340, 2), (400, 30))]
cases += [(l, 300, 200, 3, w) for l in LAYOUTS for w in (0, 1)]
cases += [(l, 1000, 1000, 784, 0) for l in ("gauss", "modes", "onemode", "far")] + [("gauss", 1000, 700, 784, 1)]
cases += [(l, 5000, 5000, d, 0) for l in ("gauss", "modes", "onemode") for d in (2, 784)] + [("gauss", 5000, 4000, 2, 1)]
for layout, n, m, d, weighted in cases:
    c = cdist(cloud(layout, 0, n, d), cloud(layout, 1, m, d))
    a, b = (0.01 + uniform(n, 50), 0.01 + uniform(m, 51)) if weighted else (np.ones(n), np.ones(m))
    value = ot.emd2(a / a.sum(), b / b.sum(), c, numItermax=10**9) if n > 1 or m > 1 else c[0, 0]
    if n == m and not weighted and n <= 400:
        other = c[scipy.optimize.linear_sum_assignment(c)].mean()
        assert abs(value - other) <= 1e-10 * (abs(other) + c.max()), (layout, n, d, value, other)
    print(layout, n, m, d, weighted, repr(float(value)), flush=True)
