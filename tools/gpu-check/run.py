#!/usr/bin/env python3
"""Measures Earthmover on this machine's GPU: builds its native part against this Python's torch, and writes a table of what was found.

  python3 run.py [--device cuda|cpu] [--out DIR] [--budget SECONDS] [--quick] [--only STEP,…] [--build auto|cmake|g++]

Into --out go gpu-check.md (the table), gpu-check.json (all numbers), gpu-check.log (what every command printed) and the reports of the
runs. The table is written after every step. A failure is a row and stops nothing; what the budget has no time for is a row that says so.
"""
import argparse
import json
import os
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import build_shim
from bench_steps import Bench
from commands import Failure, Machine
from table import Table
from train_steps import Training

HERE = os.path.dirname(os.path.abspath(__file__))


class Check:
    """The steps. Each returns the text of its row, and numbers for the JSON file."""

    def __init__(self, options, table, machine):
        self.options, self.table, self.machine = options, table, machine
        self.torch, self.native, self.measuring = {}, None, None

    def run(self):
        bench, training = Bench(self), Training(self)
        steps = [
            # name, least time that is worth beginning with, longest time, what it does; the most telling first
            ("versions", 1, 60, self.versions),
            ("build", 20, 200, self.build),
            ("ceilings", 5, 40, self.ceilings),
            ("doctor", 5, 40, self.doctor),
            ("gradients", 5, 60, self.gradients),
            ("same-bits", 10, 80, training.same_bits),
            ("garments", 20, 130, training.garments),
            ("garments-plain", 10, 45, training.garments_plain),
            ("bench", 10, 130, bench.first),
            ("gaussians-25", 20, 80, training.gaussians),
            ("others", 15, 90, training.others),
            ("bench-rounded", 10, 110, bench.rounded),
            ("claims", 15, 90, self.claims),
            ("bench-compiled", 15, 110, bench.compiled),
        ]
        wanted = self.options.only.split(",") if self.options.only else [name for name, *_ in steps]
        for unknown in set(wanted) - {name for name, *_ in steps}:
            sys.exit(f"run.py: there is no step {unknown}; there are {', '.join(name for name, *_ in steps)}")
        for name, least, longest, step in steps:
            if name in wanted or name in ("versions", "build"):
                self.step(name, least, longest, step)
        self.table.finish()

    def step(self, name, least, longest, body):
        """Runs a step within its time; what it raises is its row."""
        if self.machine.left() < least:
            return self.table.add(name, "left out", "no time left")
        began = time.monotonic()
        print(f"[{self.machine.spent():5.0f} s] {name} …", flush=True)
        self.machine.until(longest)
        try:
            result = body()
            if result is not None:
                text, numbers, outcome = result if len(result) == 3 else (*result, "done")
                self.table.add(name, outcome, text, seconds=time.monotonic() - began, numbers=numbers)
        except Failure as failure:
            self.table.add(name, failure.outcome, str(failure), seconds=time.monotonic() - began)
        except Exception as error:  # nothing stops the rest
            self.table.add(name, "failed", f"{type(error).__name__}: {error}", seconds=time.monotonic() - began)
        print(f"[{self.machine.spent():5.0f} s] {name} took {time.monotonic() - began:.0f} s", flush=True)

    @property
    def on_gpu(self):
        return self.options.device.startswith("cuda")

    def needs_device(self):
        if not self.on_gpu:
            raise Failure("needs a device", "left out")

    def versions(self):
        def line(which, *command):
            try:
                return self.machine.output("versions", list(command), 20).strip().splitlines()[which]
            except (Failure, IndexError):
                return "none"

        with open("/proc/cpuinfo") as facts:
            cpu = next((fact.split(":", 1)[1].strip() for fact in facts if fact.startswith("model name")), "unknown")
        with open(os.path.join(HERE, "commit")) as commit:
            version = commit.read().strip()
        cuda = build_shim.find_cuda()
        found = {
            "commit": version,
            "system": " ".join(os.uname()[i] for i in (0, 2, 4)), "cpu": f"{os.cpu_count()} x {cpu}", "python": sys.version.split()[0],
            "gpu": line(0, "nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"),
            "nvcc": line(-1, os.path.join(cuda, "bin", "nvcc"), "--version") if cuda else "none",
            "g++": line(0, "g++", "--version"), "cmake": line(0, "cmake", "--version"),
        }
        self.torch = self.machine.json("versions", self.machine.python("torch_side.py", "versions"), 120)
        found.update({name: self.torch[name] for name in ("torch", "cuda", "cudnn", "device", "devices")})
        return ", ".join(f"{name} {value}" for name, value in found.items()), {**found, **self.torch}

    def build(self):
        """By CMake; where that fails or sees no device, by g++ alone; where that fails too, without what calls CUDA itself."""
        if not self.torch:
            raise Failure("torch was not found, see versions")
        if self.on_gpu:  # compilers leave the card alone
            self.measuring = self.machine.start("ceilings", self.machine.python("torch_side.py", "ceilings"))
        source, build = os.path.join(HERE, "native"), os.path.join(self.machine.work, "native")
        rest = self.torch, self.machine.must, 200
        ways = {
            "cmake": lambda: build_shim.with_cmake(source, os.path.join(build, "a"), *rest),
            "g++": lambda: build_shim.with_compiler(source, os.path.join(build, "b"), *rest),
            "g++ without graphs": lambda: build_shim.with_compiler(source, os.path.join(build, "c"), *rest, graphs=False),
        }
        wanted = [way for way in ways if self.options.build in ("auto", way)]
        if self.options.native:
            ways, wanted = {"somebody before": lambda: os.path.abspath(self.options.native)}, ["somebody before"]
        problems, built = [], None
        for way in wanted:
            try:
                folder = ways[way]()
                count = int(self.machine.output("load", self.machine.python("load_shim.py", folder), 60).strip().splitlines()[-1])
                built = (folder, way, count)
                if count > 0 or not self.on_gpu:
                    break
                problems.append(f"{way}: the library sees no device")
            except Failure as failure:
                problems.append(f"{way}: {failure}")
        if built is None:
            raise Failure("; ".join(problems))
        folder, way, count = built
        self.native = self.machine.gather(folder)
        self.machine.surround(self.native, os.path.join(HERE, "data"), self.options.garments)
        before = f"; before that {'; '.join(problems)}" if problems else ""
        outcome = "failed" if self.on_gpu and count == 0 else "done"
        return f"by {way}; {count} devices{before}", {"way": way, "devices": count, "problems": problems}, outcome

    def ceilings(self):
        self.needs_device()
        if self.measuring is None:
            raise Failure("torch was not found, see versions")
        found = self.machine.lines(self.measuring, 300)[-1]
        return ", ".join(f"{name} {value:g}" for name, value in found.items()), found

    def earthmover(self, *arguments):
        if not self.native:
            raise Failure("the native part was not built")
        return [os.path.join(HERE, "cli", "Earthmover.Cli"), *arguments]

    def doctor(self):
        found = self.machine.json("doctor", self.earthmover("doctor", "--json"), 60)
        self.machine.output("doctor", self.earthmover("doctor"), 60)
        examined = found["examination"]
        problems = "; ".join(finding["problem"] for finding in found["findings"])
        text = f"{found['verdict']}, {examined['cuda_devices']} devices, torch {examined['versions'].get('torch', 'none')}"
        return text + (f": {problems}" if problems else ""), found

    def gradients(self):
        command = self.earthmover("doctor", "--gradients", "--device", self.options.device, "--json")
        found = self.machine.json("gradients", command, 90, codes=(0, 1))
        errors = found["errors"]
        double, single = (max(float(error[kind]) for error in errors) for kind in ("double", "single"))
        wrong = [f"{error['name']} {error['double']}/{error['single']} {error.get('failure') or ''}"
                 for error in errors if not error["holds"]]
        text = f"{len(errors)} compared, {found['failed']} wrong; largest difference {double:.1e} double, {single:.1e} single"
        return text + (": " + "; ".join(wrong) if wrong else ""), found, "failed" if wrong else "done"

    def claims(self):
        names = ["dirac-dynamics"] if self.options.quick else ["parallel-lines", "unit-gradient", "dirac-dynamics"]
        where = ["--device", self.options.device, "--out", os.path.join(self.machine.work, "claims")]
        found = self.machine.json("claims", self.earthmover("claims", "run", *names, *where, "--json"), 120, codes=(0, 1))
        failed = [claim for claim in found["claims"] if claim["verdict"] == "FAIL"]
        said = [f"{claim['name']} {claim['verdict']} ({claim['seconds']:.0f} s)" for claim in found["claims"]]
        said += [f"{claim['name']}: {claim.get('remark') or ''}"[:200] for claim in failed]
        return ", ".join(said), found, "failed" if failed else "done"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1, or cpu to rehearse")
    parser.add_argument("--out", default="gpu-check", help="folder of the results")
    parser.add_argument("--budget", type=float, default=480, help="seconds in all")
    parser.add_argument("--quick", action="store_true", help="small sizes and short runs, to see that everything works")
    parser.add_argument("--only", default="", help="names of steps, with commas")
    parser.add_argument("--build", default="auto", choices=["auto", "cmake", "g++", "g++ without graphs"],
                        help="how the native part is built")
    parser.add_argument("--native", default="", help="folder with libearthmover_torch.so from an earlier run, which is then not built")
    parser.add_argument("--garments", default="", help="folder with the four files of Fashion-MNIST")
    parser.add_argument("--patience", type=float, default=1, help="factor on the time that every step may take, for a busy machine")
    parser.add_argument("--work", default="", help="folder for builds and runs; a new one where temporary files go")
    options = parser.parse_args()
    out = os.path.abspath(options.out)
    os.makedirs(out, exist_ok=True)
    work = os.path.abspath(options.work) if options.work else tempfile.mkdtemp(prefix="gpu-check-")
    os.makedirs(work, exist_ok=True)
    machine = Machine(HERE, out, work, options.budget, options.patience)
    table = Table(out, options, machine)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("stopped"))
    try:
        Check(options, table, machine).run()
    finally:
        machine.stop_all()


if __name__ == "__main__":
    main()
