"""Prints the reference numbers of GoldenTests.cs. Needs numpy, scipy and POT (python3-scipy, python3-pot)."""
import numpy as np, ot, scipy.linalg, scipy.optimize, scipy.stats
from scipy.spatial.distance import cdist  # ot.dist uses the product form and is off by 1e-9

def cloud(n, d, a, b):
    i, k = np.arange(n)[:, None], np.arange(d)[None, :]
    return np.sin(a * i + b * k + 0.1 * i * k) + 0.3 * np.cos(0.7 * i * a)

def weights(n, s):
    w = 1.0 + (np.arange(n) * s) % 7
    return w / w.sum()

def assignment(n, d, metric):
    c = cdist(cloud(n, d, 1.3, 2.1), cloud(n, d, 0.9, 1.7), metric)
    r, k = scipy.optimize.linear_sum_assignment(c)
    return c[r, k].mean()

print("w1 n=50 d=3", repr(assignment(50, 3, "euclidean")))
print("w2sq n=400 d=2", repr(assignment(400, 2, "sqeuclidean")))
print("w1 n=400 d=20", repr(assignment(400, 20, "euclidean")))
print("city n=400 d=3", repr(assignment(400, 3, "cityblock")))
x, y = cloud(40, 3, 1.3, 2.1), cloud(30, 3, 0.9, 1.7)
c = cdist(x, y)
print("emd2 weighted 40x30", repr(ot.emd2(weights(40, 3), weights(30, 5), c, numItermax=10**9)))
print("emd2 uniform 40x30", repr(ot.emd2([], [], c, numItermax=10**9)))
u, v = cloud(200, 1, 1.3, 2.1)[:, 0], cloud(150, 1, 0.9, 1.7)[:, 0]
print("w1 1d weighted", repr(scipy.stats.wasserstein_distance(u, v, weights(200, 3), weights(150, 5))))
print("w2sq 1d", repr(ot.wasserstein_1d(u, v, p=2)))
p = ot.sinkhorn([], [], c, 0.1, method="sinkhorn_log", numItermax=100000, stopThr=1e-12)
print("sinkhorn 0.1 <P,C>", repr((p * c).sum()), "value", repr((p * c).sum() + 0.1 * (p * np.log(p * 40 * 30)).sum()))
x, y = cloud(60, 5, 1.3, 2.1), 0.5 + 1.5 * cloud(70, 5, 0.9, 1.7)
s1, s2 = np.cov(x.T), np.cov(y.T)
root = scipy.linalg.sqrtm(s1 @ s2)
print("frechet", repr(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(s1 + s2 - 2 * root.real)))
k = lambda a, b: (a @ b.T / 5 + 1) ** 3
kxx, kyy, kxy = k(x, x), k(y, y), k(x, y)
print("poly mmd", repr((kxx.sum() - np.trace(kxx)) / (60 * 59) + (kyy.sum() - np.trace(kyy)) / (70 * 69) - 2 * kxy.mean()))
z = np.linspace(-12, 14, 2000001)
pdf = lambda m, s: np.exp(-0.5 * ((z - m) / s) ** 2) / s / np.sqrt(2 * np.pi)
p, q = 0.5 * pdf(-1, 0.7) + 0.5 * pdf(2, 1.1), pdf(0.5, 1.5)
m, h = (p + q) / 2, z[1] - z[0]
print("kl", (p * np.log(p / q)).sum() * h, "js", (p * np.log(p / m) + q * np.log(q / m)).sum() * h / 2, "tv", abs(p - q).sum() * h / 2)
