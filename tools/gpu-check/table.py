"""The table of what was found, written anew after every row so that nothing is lost whenever it ends."""
import json
import os
import time


class Table:
    def __init__(self, out, options, machine):
        self.out, self.options, self.machine = out, options, machine
        self.rows, self.began = [], time.strftime("%Y-%m-%d %H:%M:%S %Z")

    def add(self, step, outcome, text, seconds=0.0, numbers=None):
        """One row. Numbers with iteration_ms are compared with those of the PyTorch peer that have the same `same`."""
        said = " ".join(str(text).split()).removeprefix(f"{step}: ")
        self.rows.append({"step": step, "outcome": outcome, "text": said, "seconds": round(seconds, 1), "numbers": numbers})
        print(f"[{self.machine.spent():5.0f} s]   {step}: {outcome}, {said[:200]}", flush=True)
        self.write()

    def times(self, numbers, mode):
        """How many times faster than the peer in this mode; "" where it was not measured."""
        if not numbers or numbers.get("who") != "ours":
            return ""
        for row in self.rows:
            other = row["numbers"] or {}
            if (other.get("who"), other.get("same")) == (mode, numbers["same"]):
                return f"{other['iteration_ms'] / numbers['iteration_ms']:.2f}"
        return ""

    def write(self, ended=False):
        failed = sum(row["outcome"] not in ("done", "left out", "refused") for row in self.rows)
        lines = [
            f"# GPU check, {self.began}", "",
            f"`--device {self.options.device}{' --quick' if self.options.quick else ''}`, "
            f"{self.machine.spent():.0f} of {self.machine.budget:.0f} s{'' if ended else ', not at its end yet'}; "
            f"{len(self.rows)} rows, {failed} failed.", "",
            "| step | outcome | what was found | × eager | × generator compiled | × compiled | s |", "|---|---|---|---:|---:|---:|---:|",
        ]
        for row in self.rows:
            ratios = [self.times(row["numbers"], mode) for mode in ("eager", "generator compiled", "compiled")]
            seconds = f"{row['seconds']:.1f}" if row["seconds"] else ""
            cells = [row["step"], row["outcome"], row["text"].replace("|", "\\|"), *ratios, seconds]
            lines.append(f"| {' | '.join(cells)} |")
        self.save("gpu-check.md", "\n".join(lines) + "\n")
        document = {"began": self.began, "options": vars(self.options), "seconds": round(self.machine.spent(), 1), "rows": self.rows}
        self.save("gpu-check.json", json.dumps(document, indent=1))

    def save(self, name, text):
        path = os.path.join(self.out, name)
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(path + ".part", path)

    def finish(self):
        self.write(ended=True)
        print("\n" + open(os.path.join(self.out, "gpu-check.md"), encoding="utf-8").read())
