"""The bench of every workload, beside the PyTorch peer where its script is here; the most telling comparisons first."""
import json
import os
import time

from commands import Failure

PEER = "peer.py"


class Workload:
    """A workload with its size and precision: what two measurements must share to be compared."""

    def __init__(self, name, precision="fp32", dim=64, batch=None):
        self.name, self.precision, self.dim, self.batch = name, precision, dim, batch

    def __str__(self):
        return f"{self.name}{f' dim {self.dim}' if self.dim != 64 else ''}{f' batch {self.batch}' if self.batch else ''} {self.precision}"

    def size(self, quick):
        """Options that both programs take."""
        dim = [] if self.name == "toy" else ["--dim", str(min(self.dim, 8) if quick else self.dim)]
        batch = ["--batch", str(8 if quick else self.batch)] if self.batch or quick else []
        pixels = ["--size", "32" if quick else "64"] if self.name == "pix2pix" else []
        return [*dim, *batch, *pixels, "--steps", "2" if quick else "15", "--warmup", "1" if quick else "5"]


class Bench:
    def __init__(self, check):
        self.check, self.machine, self.table, self.options = check, check.machine, check.table, check.options

    def usable(self, workload):
        return workload.precision == "fp32" or self.check.on_gpu

    # In single precision, and with rounded inputs: convolutions alone first.
    plain = [Workload(name) for name in ("toy", "dcgan", "resnet", "text", "pix2pix")]
    narrow = [Workload("resnet", precision, 256, 128) for precision in ("tf32", "bf16")]
    narrow += [Workload(name, "tf32") for name in ("toy", "dcgan", "resnet", "text", "pix2pix")] + [Workload("resnet", "bf16")]

    def first(self):
        """Every network in single precision, eagerly and as recorded graphs, beside the eager peer; of the peer all precisions."""
        for workload in self.plain:
            self.ours(workload)
        self.peers(self.plain + self.narrow, timeout=90)

    def rounded(self):
        """Recorded graphs in TF32 and bfloat16."""
        for workload in self.narrow:
            self.ours(workload, (True,))

    def compiled(self):
        """The peer compiled as a whole, else its generator alone: the second derivative of a penalty may be refused."""
        for workload in Workload("toy"), Workload("dcgan"), Workload("resnet"):
            # Where the whole is refused for one, it is for all.
            for mode in ("compiled", "generator compiled") if workload.name == "toy" else ("generator compiled",):
                name = f"bench {workload}, peer {mode}"
                if self.check.torch.get("torch", "0").startswith(("0", "1.")):
                    self.table.add(name, "left out", "this PyTorch does not compile")
                elif self.check.on_gpu or self.options.quick and workload.name == "toy":
                    self.peers([workload], mode, 40)
                else:
                    self.table.add(name, "left out", "needs a device")

    def ours(self, workload, ways=(False, True)):
        """Our own program, one operation at a time or with its rounds recorded.

        Where inputs are rounded, once with a penalty that is rounded too, as the peer's is, and once with one that is not.
        """
        penalties = (True, False) if workload.precision != "fp32" and workload.name != "pix2pix" else (False,)
        kinds = [(graphs, rough) for graphs in ways for rough in penalties]
        for graphs, rough in kinds:
            exact = workload.precision != "fp32" and not rough
            name = f"bench {workload}, ours{' with graphs' if graphs else ''}{', penalty in fp32' if exact else ''}"
            if not self.usable(workload) or graphs and not self.check.on_gpu:
                self.table.add(name, "left out", "needs a device")
                continue
            if self.out_of_time(name):
                continue
            began = time.monotonic()
            try:
                where = ["--device", self.options.device, "--precision", workload.precision]
                where += (["--graphs"] if graphs else []) + (["--rough-penalty"] if rough else [])
                command = self.check.earthmover("bench", workload.name, *workload.size(self.options.quick), *where, "--json")
                self.measured(name, workload, "ours", self.machine.json(name, command, 40), time.monotonic() - began)
            except Failure as failure:
                self.table.add(name, failure.outcome, str(failure), seconds=time.monotonic() - began)

    def out_of_time(self, name):
        if self.machine.step_end - time.monotonic() > 3:
            return False
        self.table.add(name, "left out", "no time left")
        return True

    def peers(self, workloads, mode="eager", timeout=150):
        """The peer, one process for all of them: importing PyTorch takes longer than most measurements."""
        script = os.path.join(self.machine.here, PEER)
        if not os.path.exists(script):
            return self.table.add(f"bench, peer {mode}", "left out", f"no {PEER} was packed")
        names = {f"bench {workload}, peer {mode}": workload for workload in workloads if self.usable(workload)}
        for workload in workloads:
            if not self.usable(workload):
                self.table.add(f"bench {workload}, peer {mode}", "left out", "needs a device")
        if not names or self.out_of_time(f"bench, peer {mode}"):
            return None
        wishes = [self.wish(name, workload, mode) for name, workload in names.items()]
        began, problem = time.monotonic(), None
        process = self.machine.start(f"peer {mode}", self.machine.python("torch_side.py", "peer", script, *wishes))
        try:
            self.machine.finish(process, timeout)
        except Failure as failure:
            problem = failure
        said = (json.loads(line) for line in process.out if line.startswith("{") and line.endswith("}\n"))
        answers = {answer["name"]: answer for answer in said}
        for name, workload in names.items():
            answer = answers.get(name, {"failed": str(problem or "it said nothing")})
            if "failed" in answer:
                # PyTorch compiles no second derivative: that is an answer too.
                self.table.add(name, "refused" if "double backward" in answer["failed"] else "failed", answer["failed"])
            else:
                self.measured(name, workload, mode, answer, 0)
        outcome = "done" if problem is None else problem.outcome
        self.table.add(f"peer {mode}", outcome, f"{len(answers)} of {len(names)} answered", seconds=time.monotonic() - began)

    def wish(self, name, workload, mode):
        """What torch_side.py is asked for."""
        arguments = [workload.name, *workload.size(self.options.quick), "--device", self.options.device]
        arguments += (["--tf32"] if workload.precision == "tf32" else []) + (["--compile"] if mode != "eager" else [])
        only = "generator" if mode == "generator compiled" else ""
        return json.dumps({"name": name, "bf16": workload.precision == "bf16", "compile": only, "arguments": arguments})

    def measured(self, name, workload, who, found, seconds):
        text = f"critic {found['critic_ms']:g} ms, generator {found['generator_ms']:g} ms, iteration {found['iteration_ms']:g} ms"
        numbers = {**found, "who": who, "same": str(workload)}
        # Operations as the eager peer counts them, whoever computes.
        alike = [row["numbers"] for row in self.table.rows if (row["numbers"] or {}).get("same") == str(workload)]
        counted = next((other["gflop"] for other in alike if "gflop" in other), found.get("gflop"))
        if counted:
            numbers["tflops"] = counted / found["iteration_ms"]
            text += f", {numbers['tflops']:.3g} TFLOP/s"
            ceilings = next((row["numbers"] for row in self.table.rows if row["step"] == "ceilings" and row["numbers"]), {})
            convolutions = [value for key, value in ceilings.items() if key.startswith("conv") and f" {workload.precision} " in key]
            best = max(convolutions, default=None)
            if best:
                numbers["share"] = numbers["tflops"] / best
                text += f" = {numbers['share']:.0%} of a convolution alone"
        self.table.add(name, "done", text, seconds=seconds, numbers=numbers)
