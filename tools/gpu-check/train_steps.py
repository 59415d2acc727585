"""Training runs: whether they come out the same to the bit, how fast they are with their steps recorded and without, what they learn."""
import concurrent.futures
import os
import time

from commands import Failure

PLAIN = "graphs=false"


class Run:
    """What a run printed."""

    def __init__(self, lines):
        self.ending = lines[-1]
        self.notes = [line["note"] for line in lines if "note" in line]
        reports = [(line["step"], line["seconds"]) for line in lines if "step" in line and "seconds" in line and line["seconds"] >= 1.5]
        (first, began), (last, ended) = (reports[0], reports[-1]) if reports else ((0, 0), (0, 0))
        # The first seconds bring libraries and kernels in.
        known = ended - began >= 1
        self.rate = (last - first) / (ended - began) if known else self.ending["step"] / max(0.001, self.ending["seconds"])

    def said(self):
        return "".join(f" ({note})" for note in self.notes)


class Training:
    def __init__(self, check):
        self.check, self.machine, self.table, self.options = check, check.machine, check.table, check.options

    def folder(self, name):
        return os.path.join(self.machine.work, name)

    def command(self, name, data, system, *more):
        chosen = ["--system", system] if system else []
        return self.check.earthmover("train", data, *chosen, "--device", self.options.device, "--run", self.folder(name), *more, "--json")

    def needs_garments(self):
        if not self.machine.garments:
            raise Failure("Fashion-MNIST is not in data/fashion-mnist beside this script; --garments DIR names another place", "left out")

    # To the bit

    def same_bits(self):
        """Every kind of game: a row each, and all at once, since nothing is timed."""
        games = [
            ("wgan-gp", "gaussians-8", 400), ("projection", "fashion-mnist", 400), ("ali", "gaussians-25", 400),
            ("lapgan", "fashion-mnist", 200), ("cgan", "fashion-mnist", 400), ("infogan", "fashion-mnist", 400),
            ("bigan", "fashion-mnist", 400), ("pix2pix", "fashion-edges?size=32", 200),
        ]
        games = [game for game in games if not game[1].startswith("fashion") or self.machine.garments]
        with concurrent.futures.ThreadPoolExecutor(len(games) if (os.cpu_count() or 1) >= 8 else 1) as pool:
            list(pool.map(lambda game: self.same_bits_of(*game), games))

    def same_bits_of(self, system, data, steps):
        name, began = f"same bits, {system}", time.monotonic()
        try:
            text, states = self.states(system, data, min(steps, 32) if self.options.quick else steps)
            outcome = "done" if len(set(states.values())) == 1 else "failed"
            self.table.add(name, outcome, text, seconds=time.monotonic() - began, numbers=states)
        except Failure as failure:
            self.table.add(name, failure.outcome, str(failure), seconds=time.monotonic() - began)

    def states(self, system, data, steps):
        """All end in the same state: a run, the same again, one that stopped half-way and went on, one whose steps are not recorded."""
        half, limit = steps // 2, 80

        def start(kind, count, *settings):
            # Steps of one size: those that shrink towards the end would know how long the run is to be.
            options = ["--steps", str(count), "--seed", "1", "--threads", "1"]
            options += ["--set", f"checkpoint_every={half}", "decay=constant", *settings]
            return self.machine.start(f"{system}, {kind}", self.command(f"{system}-{kind}", data, system, *options))

        first = self.machine.lines(start("straight", steps), limit)
        others = start("again", steps), start("halves", half), start("plain", steps, PLAIN)
        again, _, plain = (self.machine.lines(process, limit) for process in others)
        going_on = self.check.earthmover(
            "train", "--resume", "--run", self.folder(f"{system}-halves"), "--steps", str(steps), "--threads", "1", "--json")
        resumed = self.machine.json_lines(f"{system}, resumed", going_on, limit)
        states = {name: lines[-1]["state_hash"] for name, lines in
                  (("straight", first), ("again", again), ("resumed", resumed), ("one by one", plain))}
        same, on, alone = ("equal" if states[name] == states["straight"] else "DIFFERENT" for name in ("again", "resumed", "one by one"))
        text = f"{steps} steps of {data} twice: {same}; {half} steps and resumed to {resumed[-1]['step']}: {on}; one operation at a time"
        text += f"{' instead of graphs' if self.check.on_gpu else ''}: {alone} (states {', '.join(states.values())})"
        return text + Run(first).said(), states

    # Speed

    def run(self, name, data, system, seconds, *settings):
        """A run of some seconds, and the memory that it took meanwhile."""
        settings = ["--set", *settings] if settings else []
        command = self.command(name, data, system, "--time", f"{seconds}s", *settings)
        process = self.machine.start(f"train {name}", command)
        looks = self.machine.watch(process, seconds + 40, self.check.on_gpu)
        return Run(self.machine.said(process)), looks

    def seconds(self, wanted):
        return min(wanted, 4) if self.options.quick else wanted

    def speeds(self, name, data, system, seconds=8):
        """Steps a second with recorded steps and without."""
        rates, notes = {}, ""
        for kind, settings in ("recorded", []), ("one by one", [PLAIN]):
            run, _ = self.run(f"{name}-{kind.replace(' ', '-')}", data, system, self.seconds(seconds), *settings)
            rates[kind] = run.rate
            notes += run.said()
        text = f"{data}: {rates['recorded']:,.0f} steps a second recorded, {rates['one by one']:,.0f} one operation at a time"
        text += f": {rates['recorded'] / rates['one by one']:.1f} times" if self.check.on_gpu else " (the processor does not record)"
        return text + notes, rates

    def others(self):
        """The other systems whose steps are recorded."""
        for system, data in ("ali", "gaussians-25"), ("lapgan", "fashion-mnist"):
            began, name = time.monotonic(), f"speed, {system}"
            try:
                if data == "fashion-mnist":
                    self.needs_garments()
                text, rates = self.speeds(system, data, system)
                self.table.add(name, "done", text, seconds=time.monotonic() - began, numbers=rates)
            except Failure as failure:
                self.table.add(name, failure.outcome, str(failure), seconds=time.monotonic() - began)

    # What is learned

    def gaussians(self):
        return self.trained("gaussians-25", 30, [], ["modes", "high-quality", "w1", "w2", "js"])

    def garments(self):
        self.needs_garments()
        return self.trained("fashion-mnist", 60, ["--metrics", "fd", "-n", "200" if self.options.quick else "2000"], ["fd"])

    def garments_plain(self):
        """The same run, one operation at a time, for the row above."""
        self.needs_garments()
        run, _ = self.run("fashion-mnist-plain", "fashion-mnist", None, self.seconds(15), PLAIN)
        recorded = next((row["numbers"]["rate"] for row in self.table.rows if row["step"] == "garments" and row["numbers"]), None)
        text = f"{run.rate:,.0f} steps a second one operation at a time"
        if recorded and self.check.on_gpu:
            text += f"; recorded {recorded:,.0f}: {recorded / run.rate:.1f} times"
        return text + run.said(), {"rate": run.rate, "ending": run.ending}

    def trained(self, data, seconds, options, names):
        """Trains for some time, then measures and examines the run."""
        run, looks = self.run(data, data, None, self.seconds(seconds))
        folder = self.folder(data)
        measured = self.machine.json(f"evaluate {data}", self.check.earthmover("evaluate", folder, *options, "--json"), 60)
        examined = self.machine.json(f"diagnose {data}", self.check.earthmover("diagnose", folder, "--json"), 40)
        self.machine.keep(os.path.join(folder, "report.html"), f"{data}.html")
        wanted = [metric for metric in measured["metrics"] if metric["name"].split("-")[0] in names or metric["name"] in names]
        shown = [f"{metric['name']} {number(metric['value'])} (real {number(metric['floor'])})" for metric in wanted]
        steps, spent = run.ending["step"], run.ending["seconds"]
        text = f"{steps:,} steps in {spent:.0f} s, {steps / spent:,.0f} a second, {run.rate:,.0f} once warm; {', '.join(shown)}"
        text += f"; {examined['verdict']}" + "".join(f" {finding['rule']}" for finding in examined["findings"])
        memory, flat = self.memory(looks)
        numbers = {"rate": run.rate, "ending": run.ending, "metrics": measured["metrics"], "verdict": examined["verdict"],
                   "findings": examined["findings"], "looks": looks}
        return f"{text}; {memory}{run.said()}", numbers, "done" if flat else "failed"

    @staticmethod
    def memory(looks):
        """Memory in use a quarter through a run and at its end, and whether it stayed."""
        if not looks:
            return "memory not seen", True
        # Reports are two seconds apart; a run of a few says nothing.
        known = len({look["step"] for look in looks}) >= 5
        early = min(looks, key=lambda look: abs(look["step"] - looks[-1]["step"] / 4))
        parts, flat = [], True
        for kind, slack in ("device", 64), ("resident", 128):
            before, after = early.get(kind), looks[-1].get(kind)
            if before is not None and after is not None:
                flat &= after - before <= slack
                parts.append(f"{kind} {before:.0f} MB at step {early['step']:,}, {after:.0f} MB at step {looks[-1]['step']:,}")
        verdict = ": flat" if flat else ": GROWS"
        return ", ".join(parts) + (verdict if known else ""), flat or not known


def number(value):
    """A number of a JSON document, shortly; it may be absent, or text where it is not finite."""
    return f"{value:.4g}" if isinstance(value, float | int) else "none" if value is None else str(value)
