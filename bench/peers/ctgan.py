#!/usr/bin/env python3
"""A step of ctgan beside the same step in plain PyTorch: same columns, networks, batch and losses, on one machine, in turns.

    bench/peers/ctgan.py [--data adult] [--threads 1,2] [--rounds 2] [--steps 200] [--earthmover ./earthmover]

Ours is the time between two reports of a run without looks at its health, divided by the steps between them: dealing rows by
their values is in it. The peer's is the median of as many steps; its rows and conditions are drawn beforehand, which is in its
favor. Needs Debian's python3-torch. Keep the machine quiet: load is printed with the result.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BATCH, PACK, WIDTH, Z = 500, 10, 256, 128


def ours(o, threads, folder):
    """Milliseconds of a step, and the columns: (numbers, choices, is a category)."""
    run = os.path.join(folder, f"run{threads}-{time.time_ns()}")
    subprocess.run([o.earthmover, "train", o.data, "--system", "ctgan", "--steps", str(2 * o.steps), "--threads", str(threads),
                    "--run", run, "--set", "health_share=0", f"report_every={o.steps}", "sample_every=1000000"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # The last report waits for what is written at the end; the one before it began the clock.
    log = [json.loads(line) for line in open(os.path.join(run, "log.jsonl"))]
    seconds = {record["step"]: record["seconds"] for record in log}
    recipe = json.load(open(os.path.join(run, "recipe.json")))["samples"]["code"]
    columns = []
    for field, code in zip(recipe["fields"], recipe["codes"]):
        if code is not None:
            columns.append((1 if code["$type"] == "mixture" else 0, len(code["shares"]), code["$type"] != "mixture"))
    return 1000 * (seconds[2 * o.steps] - seconds[o.steps]) / o.steps, columns


def peer(columns, steps):
    """Prints the median milliseconds of a step."""
    import torch
    from torch import nn
    import torch.nn.functional as F
    torch.manual_seed(1)
    size = sum(n + w for n, w, _ in columns)
    told = sum(w for _, w, category in columns if category)

    class Residual(nn.Module):
        def __init__(self, i):
            super().__init__()
            self.fc, self.bn = nn.Linear(i, WIDTH), nn.BatchNorm1d(WIDTH)

        def forward(self, x):
            return torch.cat([F.relu(self.bn(self.fc(x))), x], 1)

    class Critic(nn.Module):
        def __init__(self):
            super().__init__()
            self.seq = nn.Sequential(nn.Linear(PACK * (size + told), WIDTH), nn.LeakyReLU(0.2), nn.Dropout(0.5),
                                     nn.Linear(WIDTH, WIDTH), nn.LeakyReLU(0.2), nn.Dropout(0.5), nn.Linear(WIDTH, 1))

        def forward(self, x):
            return self.seq(x.view(-1, PACK * (size + told)))

    G = nn.Sequential(Residual(Z + told), Residual(Z + told + WIDTH), nn.Linear(Z + told + 2 * WIDTH, size))
    D = Critic()
    og = torch.optim.Adam(G.parameters(), 2e-4, (0.5, 0.9), weight_decay=1e-6)
    od = torch.optim.Adam(D.parameters(), 2e-4, (0.5, 0.9), weight_decay=1e-6)

    def rows(raw):
        parts, at = [], 0
        for numbers, width, _ in columns:
            if numbers:
                parts.append(torch.tanh(raw[:, at:at + 1]))
            at += numbers
            parts.append(F.gumbel_softmax(raw[:, at:at + width], tau=0.2))
            at += width
        return torch.cat(parts, 1)

    def cross_entropy(raw, c):
        logs, at = [], 0
        for numbers, width, category in columns:
            at += numbers
            if category:
                logs.append(F.log_softmax(raw[:, at:at + width], 1))
            at += width
        return -(torch.cat(logs, 1) * c).sum(1).mean()

    real = [rows(torch.randn(BATCH, size)) for _ in range(8)]
    conditions = [F.one_hot(torch.randint(told, (BATCH,)), told).float() for _ in range(8)]
    times = []
    for step in range(steps + 20):
        begin = time.perf_counter()
        x, c = real[step % 8], conditions[step % 8]
        fake = rows(G(torch.cat([torch.randn(BATCH, Z), c], 1))).detach()
        a, b = torch.cat([x, c], 1), torch.cat([fake, c], 1)
        loss = D(b).mean() - D(a).mean()
        share = torch.rand(BATCH // PACK, 1, 1).repeat(1, PACK, size + told).view(-1, size + told)
        middle = (share * a + (1 - share) * b).requires_grad_(True)
        slope, = torch.autograd.grad(D(middle).sum(), middle, create_graph=True)
        penalty = 10 * ((slope.view(-1, PACK * (size + told)).norm(2, 1) - 1) ** 2).mean()
        od.zero_grad()
        penalty.backward(retain_graph=True)
        loss.backward()
        od.step()
        raw = G(torch.cat([torch.randn(BATCH, Z), c], 1))
        loss = -D(torch.cat([rows(raw), c], 1)).mean() + cross_entropy(raw, c)
        og.zero_grad()
        loss.backward()
        og.step()
        times.append(time.perf_counter() - begin)
    print(1000 * statistics.median(times[20:]))


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--data", default="adult"); a.add_argument("--threads", default="1,2"); a.add_argument("--rounds", type=int, default=2)
    a.add_argument("--steps", type=int, default=200); a.add_argument("--earthmover", default=os.path.join(ROOT, "earthmover"))
    a.add_argument("--python", default="/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable)
    a.add_argument("--peer", help=argparse.SUPPRESS)
    o = a.parse_args()
    if o.peer:
        return peer(json.loads(o.peer), o.steps)
    print("| threads | Earthmover ms | PyTorch ms | ratio |\n|---|---|---|---|")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for threads in map(int, o.threads.split(",")):
            mine, theirs = [], []
            for _ in range(o.rounds):
                time_of_step, columns = ours(o, threads, folder)
                mine.append(time_of_step)
                pools = {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
                said = subprocess.run([o.python, os.path.abspath(__file__), "--peer", json.dumps(columns), "--steps", str(o.steps)],
                                      check=True, env=os.environ | pools, stdout=subprocess.PIPE, text=True)
                theirs.append(float(said.stdout))
            x, y = statistics.median(mine), statistics.median(theirs)
            ratios.append(y / x)
            print(f"| {threads} | {x:.1f} | {y:.1f} | **{y / x:.2f}** |", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f}; load average after: {' '.join(f'{v:.1f}' for v in os.getloadavg())}")


if __name__ == "__main__":
    main()
