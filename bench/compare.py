#!/usr/bin/env python3
"""Earthmover's benchmark workloads beside the same steps in plain PyTorch, alternating on one machine.

    bench/compare.py PEER [--rounds 2] [--steps 5] [--only toy,dcgan] [--threads 1,2] [--json FILE]

PEER (or $PEER) is the script of the PyTorch peer. Every round runs, for each workload and thread count, Earthmover once and the peer
once per
thread setting, one after the other; a cell's figure is the median of its rounds. Two ratios are printed, peer over Earthmover:
  installed   the peer as it comes: told the thread count and nothing else (one thread: one of OpenMP, one of the BLAS)
  best        the fastest of the peer's settings of OpenMP and BLAS threads, waiting passively or not
Memory is the largest resident set of the whole process. Keep the machine quiet: load is printed with the result.
"""
import argparse, json, os, statistics, subprocess, sys

WORKLOADS = {
    "toy": [], "dcgan": ["--dim", "32"], "resnet": ["--dim", "32"], "text": ["--dim", "64"],
    "pix2pix": ["--dim", "16", "--size", "64"],
}
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def environment(omp=0, blas=0, passive=False):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_", "OPENBLAS_", "MKL_"))}
    if omp: kept["OMP_NUM_THREADS"] = str(omp)
    if blas: kept["OPENBLAS_NUM_THREADS"] = str(blas)
    if passive: kept["OMP_WAIT_POLICY"] = "passive"
    return kept


def settings(threads):
    """Name, environment and --threads of each way to run the peer; the first is 'installed'."""
    if threads == 1:
        return [("1/1", environment(1, 1), 1)]
    return [("installed", environment(), threads), (f"{threads}/{threads} passive", environment(threads, threads, True), threads),
            (f"{threads}/1 passive", environment(threads, 1, True), threads), (f"1/{threads}", environment(1, threads), 1)]


def run(command, env):
    """The JSON line that a command prints, with the peak memory of its process in 10^6 bytes."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status: sys.exit(f"{' '.join(command)} failed")
    result = json.loads(output.strip().splitlines()[-1])
    result["rss_mb"] = usage.ru_maxrss * 1024 / 1e6
    return result


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("peer", nargs="?", default=os.environ.get("PEER")); a.add_argument("--rounds", type=int, default=2)
    a.add_argument("--steps", type=int, default=5); a.add_argument("--warmup", type=int, default=2)
    a.add_argument("--only", default=",".join(WORKLOADS)); a.add_argument("--threads", default="1,2"); a.add_argument("--json")
    a.add_argument("--python", default="/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable)
    a.add_argument("--earthmover", default=os.path.join(ROOT, "earthmover"))
    o = a.parse_args()
    if not o.peer: a.error("give the path of the peer's script, or set PEER")
    cells = {}
    for round in range(o.rounds):
        for workload in o.only.split(","):
            for threads in map(int, o.threads.split(",")):
                cell = cells.setdefault((workload, threads), {"ours": [], "peer": {}})
                common = WORKLOADS[workload] + ["--steps", str(o.steps), "--warmup", str(o.warmup)]
                cell["ours"].append(run([o.earthmover, "bench", workload, "--threads", str(threads), "--json"] + common, environment()))
                for name, env, count in settings(threads):
                    cell["peer"].setdefault(name, []).append(run([o.python, o.peer, workload, "--threads", str(count)] + common, env))
                print(f"round {round + 1}: {workload}, {threads} threads: {cell['ours'][-1]['iteration_ms']:.0f} ms against "
                      + ", ".join(f"{name} {r[-1]['iteration_ms']:.0f}" for name, r in cell["peer"].items()), file=sys.stderr, flush=True)
    middle = lambda runs, field: statistics.median(r[field] for r in runs)
    print("| workload | threads | Earthmover ms | peer installed ms | ratio | peer best ms (OpenMP/BLAS) | ratio | peak MB | peer's |")
    print("|---|---|---|---|---|---|---|---|---|")
    rows = []
    for (workload, threads), cell in cells.items():
        ours = middle(cell["ours"], "iteration_ms")
        times = {name: middle(runs, "iteration_ms") for name, runs in cell["peer"].items()}
        first = next(iter(times)); best = min(times, key=times.get)
        row = {
            "workload": workload, "threads": threads, "ours_ms": ours,
            "installed_ms": times[first], "installed_ratio": times[first] / ours,
            "best": best, "best_ms": times[best], "best_ratio": times[best] / ours,
            "peak_mb": middle(cell["ours"], "rss_mb"), "peer_peak_mb": middle(cell["peer"][first], "rss_mb"),
        }
        rows.append(row)
        print(f"| {workload} | {threads} | {ours:.1f} | {times[first]:.1f} | **{row['installed_ratio']:.2f}** | "
              f"{times[best]:.1f} ({best}) | **{row['best_ratio']:.2f}** | {row['peak_mb']:.0f} | {row['peer_peak_mb']:.0f} |")
    for field in "installed_ratio", "best_ratio":
        values = [row[field] for row in rows]
        print(f"{field}: median {statistics.median(values):.2f}, least {min(values):.2f}")
    print("load average after:", " ".join(f"{x:.1f}" for x in os.getloadavg()))
    if o.json:
        with open(o.json, "w") as f: json.dump(rows, f, indent=1)


if __name__ == "__main__":
    main()
