#!/usr/bin/env python3
"""Optimal transport side by side with POT, SciPy, NumPy and scikit-learn on the same points, one thread each.

    bench/peers/transport.py [--case PART …] [--quick] [--limit 120] [--cache FILE] [--json FILE] [--earthmover CMD]

For each case of `earthmover bench transport` our side runs first and writes its points as .npy files; the peers then solve the same
points. Exact solves exclude the cost matrix on both sides; POT runs with numItermax=1e9, since its default stops early and returns a
value that is too large. A ratio is the peer's time over ours. A peer that takes longer than --limit is stopped and named. --cache keeps
the peers' times by case, so that only our side is measured again. Needs Debian's python3-numpy, python3-scipy, python3-pot;
python3-sklearn for k-means.
"""
import argparse, json, multiprocessing, os, shlex, statistics, subprocess, sys, tempfile, time

for name in "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS":
    os.environ[name] = "1"
import warnings
import numpy as np, ot, scipy.linalg, scipy.optimize, scipy.stats
from scipy.spatial.distance import cdist  # ot.dist uses the product form and is off by 1e-9
warnings.simplefilter("ignore")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def median(f, most=3, enough=4.0):
    """Value and median time of up to `most` runs, fewer when they are long."""
    times, start = [], time.perf_counter()
    while len(times) < most and (not times or time.perf_counter() - start < enough) or (sum(times) < 0.3 and len(times) < 40):
        begin = time.perf_counter()
        value = f()
        times.append(time.perf_counter() - begin)
    return value, statistics.median(times)


def peers_of(case):
    """The names of the peers of a case."""
    kind, n, d, clouds = case["quantity"], case["n"], case["d"], case["clouds"]
    if kind in ("solve", "endtoend", "batch"):
        # SciPy needs minutes where one side is collapsed or a blob in the plane.
        slow = n > 5000 or (d == 2 and n >= 5000 and clouds == "mixgauss")
        return ["pot"] + ([] if n != case["m"] or case["weighted"] or slow else ["scipy"])
    return {"sinkhorn": ["pot"], "sliced": ["pot"], "line": ["scipy", "pot"], "frechet": ["scipy"], "kmeans": ["sklearn"]}[kind]


def measure(peer, case, prefix, queue):
    """One peer's seconds and value; runs in its own process so that it can be stopped."""
    read = lambda name: np.load(f"{prefix}.{name}.npy") if os.path.exists(f"{prefix}.{name}.npy") else []
    x, y, a, b = (read(name) for name in "xyab")
    kind = case["quantity"]
    if kind in ("solve", "endtoend", "batch"):
        x, y = x.astype(np.float64), y.astype(np.float64)
        solve = {"pot": lambda cost: ot.emd2(a, b, cost, numItermax=10**9),
                 "scipy": lambda cost: cost[scipy.optimize.linear_sum_assignment(cost)].mean()}[peer]
        if kind == "solve":
            cost = cdist(x, y)
            value, seconds = median(lambda: solve(cost))
        else:
            value, seconds = median(lambda: solve(ot.dist(x, y, "euclidean")))
    elif kind == "sinkhorn":
        cost = ot.dist(x.astype(np.float64), y.astype(np.float64), "euclidean")
        run = lambda k: ot.sinkhorn([], [], cost, 0.01 * cost.mean(), method="sinkhorn_log", numItermax=k, stopThr=0)
        value, seconds = None, max(1e-9, (median(lambda: run(13), 2)[1] - median(lambda: run(3), 2)[1]) / 10)
    elif kind == "sliced":
        value, seconds = median(lambda: float(ot.sliced_wasserstein_distance(x, y, n_projections=1000, seed=0)))
    elif kind == "line":
        u, v = x[:, 0].astype(np.float64), y[:, 0].astype(np.float64)
        peers = {"scipy": lambda: scipy.stats.wasserstein_distance(u, v), "pot": lambda: float(ot.wasserstein_1d(u, v, p=1))}
        value, seconds = median(peers[peer])
    elif kind == "frechet":
        def frechet():
            s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
            root = scipy.linalg.sqrtm(s @ t)
            apart = ((x.mean(0, dtype=np.float64) - y.mean(0, dtype=np.float64)) ** 2).sum()
            return float(apart + np.trace(s) + np.trace(t) - 2 * np.trace(root).real)
        value, seconds = median(frechet)
    else:
        import sklearn.cluster
        algorithm = "full" if sklearn.__version__ < "1.1" else "lloyd"
        means = sklearn.cluster.KMeans(64, n_init=1, algorithm=algorithm, random_state=0)
        value, seconds = median(lambda: float(means.fit(x).inertia_))
    queue.put({"seconds": seconds, "value": None if value is None else float(value)})


def bounded(peer, case, prefix, limit):
    """measure(), or {} when the peer takes longer than the limit."""
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=measure, args=(peer, case, prefix, queue))
    process.start()
    begin = time.monotonic()
    result = None
    while result is None and process.is_alive() and time.monotonic() - begin < limit:
        try:
            result = queue.get(timeout=0.5)
        except Exception:
            pass
    if result is None and not queue.empty():
        result = queue.get()
    process.terminate()
    process.join()
    return result or {"failed": f"not finished in {limit:g} s" if time.monotonic() - begin >= limit else "failed"}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--case", nargs="*", default=[])
    a.add_argument("--quick", action="store_true")
    a.add_argument("--limit", type=float, default=120)
    a.add_argument("--cache"); a.add_argument("--json"); a.add_argument("--points", help="keep the points of the cases here")
    a.add_argument("--earthmover", default=os.path.join(ROOT, "earthmover"))
    o = a.parse_args()
    # One core for both sides: the peers' libraries are single-threaded, and ours sees one processor.
    pin = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cache = json.load(open(o.cache)) if o.cache and os.path.exists(o.cache) else {}
    temporary = None if o.points else tempfile.TemporaryDirectory()
    points = o.points or temporary.name
    command = pin + shlex.split(o.earthmover)
    command += ["bench", "transport", "--threads", "1", "--json", "--limit", str(o.limit), "--points", points]
    command += (["--quick"] if o.quick else []) + (["--case", *o.case] if o.case else [])
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if not process.stdout.strip():
        sys.exit(f"{' '.join(command)} printed nothing")
    rows = json.loads(process.stdout)["rows"]
    print("| case | solver | Earthmover s | peer | peer s | ratio | relative difference |\n|---|---|---|---|---|---|---|")
    for row in rows:
        prefix = os.path.join(points, row["case"])
        row["peers"] = {}
        for peer in peers_of(row):
            key = f"{row['case']} {peer}"
            if key not in cache or "failed" in cache[key]:
                cache[key] = bounded(peer, row, prefix, o.limit)
                if o.cache:
                    json.dump(cache, open(o.cache, "w"), indent=1)
            result = dict(cache[key])
            row["peers"][peer] = result
            if "failed" in result or row["failure"]:
                ours = row["failure"] or format(row["seconds"], ".4g")
                theirs = result.get("failed") or format(result["seconds"], ".4g")
                print(f"| {row['case']} | {row['solver'] or ''} | {ours} | {peer} | {theirs} | | |", flush=True)
                continue
            result["ratio"] = result["seconds"] / max(row["seconds"], 1e-9)
            exact = row["quantity"] in ("solve", "endtoend", "batch", "line", "frechet") and result["value"] is not None
            difference = abs(row["value"] - result["value"]) / max(abs(result["value"]), 1e-300) if exact else None
            result["relative_difference"] = difference
            print(f"| {row['case']} | {row['solver'] or ''} | {row['seconds']:.4g} | {peer} | {result['seconds']:.4g} | "
                  f"**{result['ratio']:.2f}** | {'' if difference is None else format(difference, '.1e')} |", flush=True)
    print("load average after:", " ".join(f"{value:.1f}" for value in os.getloadavg()))
    if o.json:
        with open(o.json, "w") as f: json.dump(rows, f, indent=1)


if __name__ == "__main__":
    main()
