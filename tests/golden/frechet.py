"""Writes frechet.json: Fréchet distances by scipy.linalg.sqrtm, as in the first implementation of FID.

Coordinates are x[i, k] = ((31 i² + 17 i k + 7 k² + s) mod 997) / 997 · (1 + k / d) + shift in float32, so that no data needs to be stored.
Run:  python3 tests/golden/frechet.py
"""
import json
import pathlib

import numpy
import scipy
from scipy.linalg import sqrtm


def cloud(n, d, s, shift):
    i, k = numpy.arange(n)[:, None], numpy.arange(d)[None, :]
    return (((31 * i * i + 17 * i * k + 7 * k * k + s) % 997 / 997.0) * (1 + k / d) + shift).astype(numpy.float32).astype(numpy.float64)


def distance(x, y):
    a, b = numpy.cov(x, rowvar=False), numpy.cov(y, rowvar=False)
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + numpy.trace(a + b - 2 * sqrtm(a @ b).real))


cases = []
for n, m, d, shift in [(40, 60, 2, 0.5), (200, 300, 16, 0.0), (500, 400, 64, 0.1)]:
    cases.append({"n": n, "m": m, "d": d, "shift": shift, "value": distance(cloud(n, d, 0, 0.0), cloud(m, d, 350, shift))})
numbers = {"scipy": scipy.__version__, "cases": cases}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(numbers, indent=1) + "\n")
