"""Exact transport side by side with POT and SciPy on the same points: prints one JSON line per case with the ratios.

usage: transport.py BENCH_PROGRAM [--large]     (needs numpy, scipy and POT: python3-scipy, python3-pot)
BENCH_PROGRAM is the built Earthmover.Transport.Bench. One thread each; cost matrices are excluded on both sides.
"""
import json, os, subprocess, sys, tempfile, time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
import numpy as np, ot, scipy.optimize
from scipy.spatial.distance import cdist  # ot.dist uses the product form and is off by 1e-9

def mixture(rng, n, d, s, modes=25):
    if d == 2:
        centres = np.array([[2.0 * (k // 5) - 4, 2.0 * (k % 5) - 4] for k in range(25)])
    else:
        centres = np.random.default_rng(1).normal(size=(25, d))
    return centres[rng.integers(modes, size=n)] + s * rng.normal(size=(n, d))

def clouds(case, n, m, d):
    rng = np.random.default_rng(7)
    blob, s = (lambda k: rng.normal(size=(k, d))), (0.05 if d == 2 else 0.3)
    x, y = {
        "gauss": lambda: (blob(n), blob(m)),
        "mix25": lambda: (mixture(rng, n, d, s), mixture(rng, m, d, s)),
        "mixgauss": lambda: (mixture(rng, n, d, s), blob(m)),
        "tight": lambda: (mixture(rng, n, d, 1e-4), mixture(rng, m, d, 1e-4)),
        "onemode": lambda: (mixture(rng, n, d, 1e-3, 1), mixture(rng, m, d, s)),
        "tightblob": lambda: (mixture(rng, n, d, 1e-3), blob(m)),
        "half": lambda: (mixture(rng, n, d, s, 12), mixture(rng, m, d, s)),
        "copies": lambda: (mixture(rng, n, d, 0), mixture(rng, m, d, 0)),
    }[case]()
    return x.astype(np.float32), y.astype(np.float32)

def best(f, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        value = f()
        times.append(time.perf_counter() - start)
    return value, min(times)

bench = sys.argv[1]
cases = [(c, n, n, d) for n in (1000, 2000) for d in (2, 784) for c in ("gauss", "mix25", "mixgauss")]
cases += [(c, 2000, 2000, 2) for c in ("tight", "onemode", "tightblob", "half", "copies")]
cases += [("gauss", 2000, 1000, 2), ("gauss", 2000, 1500, 784)]
if "--large" in sys.argv:
    cases += [(c, 5000, 5000, d) for d in (2, 784) for c in ("gauss", "mix25", "mixgauss")]
for case, n, m, d in cases:
    x, y = clouds(case, n, m, d)
    cost = cdist(x.astype(np.float64), y.astype(np.float64))
    repeats = 3 if n <= 1000 else 1
    value, pot = best(lambda: ot.emd2([], [], cost, numItermax=10**9), repeats)
    scipy_seconds = None
    if n == m and case != "mixgauss" and case != "onemode":
        _, scipy_seconds = best(lambda: scipy.optimize.linear_sum_assignment(cost), repeats)
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, case)
        x.tofile(prefix + ".x.f32")
        y.tofile(prefix + ".y.f32")
        lines = subprocess.run([bench, "auto", prefix, str(n), str(m), str(d), "5"], capture_output=True, text=True, check=True).stdout
    ours = min((json.loads(line) for line in lines.splitlines()), key=lambda r: r["solve_seconds"])
    print(json.dumps({
        "case": case, "n": n, "m": m, "d": d, "solver": ours["solver"], "certified": ours["certified"], "value": ours["value"],
        "relative_difference": abs(ours["value"] - value) / max(abs(value), 1e-300),
        "solve_seconds": ours["solve_seconds"], "pot_seconds": round(pot, 5), "pot_ratio": round(pot / ours["solve_seconds"], 2),
        "scipy_ratio": scipy_seconds and round(scipy_seconds / ours["solve_seconds"], 2)}), flush=True)
