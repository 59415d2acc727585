"""Runs commands within their time and within the budget; keeps everything they print."""
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time


class Failure(Exception):
    """What goes into a row instead of numbers."""

    def __init__(self, message, outcome="failed"):
        super().__init__(message)
        self.outcome = outcome


class Process:
    """A command that has been started, in a process group of its own so that its children end with it.

    Its output is collected as it comes.
    """

    def __init__(self, name, command, environment, folder):
        self.name, self.command, self.began, self.out, self.err = name, command, time.monotonic(), [], []
        try:
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "errors": "replace"}
            self.child = subprocess.Popen(command, env=environment, cwd=folder, process_group=0, **streams)
        except OSError as error:
            raise Failure(f"{os.path.basename(command[0])}: {error.strerror or error}") from error
        pairs = (self.child.stdout, self.out), (self.child.stderr, self.err)
        self.readers = [threading.Thread(target=self.read, args=pair, daemon=True) for pair in pairs]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def read(stream, lines):
        for line in stream:
            lines.append(line)

    def wait(self, timeout):
        """The exit code; None where time ran out and the command was stopped."""
        try:
            self.child.wait(max(0.1, timeout))
            code = self.child.returncode
        except subprocess.TimeoutExpired:
            code = None
            self.stop()
        for reader in self.readers:
            reader.join(5)
        return code

    def stop(self):
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()

    def last_line(self):
        """The last line that says something: of what was printed to the error stream, else of the output."""
        for lines in self.err, self.out:
            said = [line.strip() for line in list(lines) if line.strip() and not line.lstrip().startswith(("^", "~", "|"))]
            errors = [line for line in said if "error" in line.lower()]
            if said:
                return (errors or said)[-1][:300]
        return "nothing was printed"


class Machine:
    """Folders, the time that is left, and commands."""

    def __init__(self, here, out, work, budget, patience):
        self.here, self.out, self.work, self.budget, self.patience, self.garments = here, out, work, budget, patience, None
        self.began = self.step_end = time.monotonic()
        self.lock, self.started = threading.Lock(), []
        path = os.pathsep.join([os.environ.get("PATH", "/usr/bin:/bin"), "/usr/local/nvidia/bin", "/usr/local/cuda/bin"])
        self.environment = dict(os.environ, PATH=path, PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
        self.environment["EARTHMOVER_CACHE"] = os.path.join(work, "cache")
        os.makedirs(os.path.join(work, "lib"), exist_ok=True)
        open(os.path.join(out, "gpu-check.log"), "w").close()

    def spent(self):
        return time.monotonic() - self.began

    def left(self):
        return self.budget - self.spent()

    def until(self, longest):
        """Sets when the present step has to be done."""
        self.step_end = time.monotonic() + min(longest * self.patience, self.left())

    def python(self, script, *arguments):
        return [sys.executable, os.path.join(self.here, script), *arguments]

    def surround(self, native, data, garments):
        """What the program finds beside itself: the native part, data."""
        self.environment.update(EARTHMOVER_NATIVE=native)
        names = "train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"
        places = [garments, os.path.join(data, "fashion-mnist"), "/usr/share/datasets/fashion-mnist"]
        self.garments = next(
            (place for place in places if place and any(os.path.exists(os.path.join(place, name)) for name in names)), None)
        if self.garments == garments or self.garments and self.garments.startswith(data):
            linked = os.path.join(self.work, "data")
            os.makedirs(linked, exist_ok=True)
            if not os.path.lexists(os.path.join(linked, "fashion-mnist")):
                os.symlink(os.path.abspath(self.garments), os.path.join(linked, "fashion-mnist"))
            self.environment["EARTHMOVER_DATA"] = linked

    def gather(self, folder):
        """The native part where a later call finds it again."""
        shutil.copy(os.path.join(folder, "libearthmover_torch.so"), os.path.join(self.work, "lib"))
        return os.path.join(self.work, "lib")

    def keep(self, file, name):
        if os.path.exists(file):
            shutil.copy(file, os.path.join(self.out, name))

    def start(self, name, command, environment=None):
        process = Process(name, command, environment or self.environment, self.work)
        self.started.append(process)
        return process

    def stop_all(self):
        for process in self.started:
            if process.child.poll() is None:
                process.stop()

    def log(self, process, code):
        with self.lock, open(os.path.join(self.out, "gpu-check.log"), "a", errors="replace") as log:
            ending = "stopped, out of time" if code is None else f"exit code {code}"
            log.write(f"\n===== {process.name}: {' '.join(process.command)}\n"
                      f"===== {ending} after {time.monotonic() - process.began:.1f} s\n")
            log.writelines(list(process.out))
            if process.err:
                log.write("----- error stream\n")
                log.writelines(list(process.err))

    def finish(self, process, timeout, codes=(0,)):
        """Waits for a command and returns what it printed; anything but one of `codes` is a failure with its last line."""
        code = process.wait(min(process.began + timeout * self.patience, self.step_end) - time.monotonic())
        self.log(process, code)
        if code is None:
            raise Failure(f"{process.name}: stopped after {time.monotonic() - process.began:.0f} s; {process.last_line()}", "out of time")
        if code not in codes:
            raise Failure(f"{process.name}: exit code {code}; {process.last_line()}")
        return "".join(process.out)

    def output(self, name, command, timeout, environment=None, codes=(0,)):
        return self.finish(self.start(name, command, environment), timeout, codes)

    def must(self, name, command, timeout, environment):
        self.output(name, command, timeout, environment)

    def json(self, name, command, timeout, codes=(0,)):
        """The JSON document that a command prints, after whatever else libraries print."""
        text = self.output(name, command, timeout, codes=codes)
        try:
            return json.loads(text[text.index("{"):])
        except ValueError as error:
            raise Failure(f"{name}: no JSON document in its output ({error})") from error

    def lines(self, process, timeout):
        """The JSON lines that a started command prints."""
        self.finish(process, timeout)
        return self.said(process)

    @staticmethod
    def said(process):
        """The JSON lines that a command has printed."""
        found = [json.loads(line) for line in process.out if line.startswith("{") and line.endswith("}\n")]
        if not found:
            raise Failure(f"{process.name}: printed no JSON line")
        return found

    def json_lines(self, name, command, timeout):
        return self.lines(self.start(name, command), timeout)

    def watch(self, process, timeout, on_gpu):
        """Memory in use while a command runs that prints JSON lines with its step, in units of 10⁶ bytes.

        The last look is before it ends.
        """
        looks, end = [], min(process.began + timeout * self.patience, self.step_end)
        while process.child.poll() is None and time.monotonic() < end:
            said = [json.loads(line) for line in list(process.out) if line.startswith("{") and line.endswith("}\n")]
            step = next((fields["step"] for fields in reversed(said) if "step" in fields), None)
            device = used_by(process.child.pid, self.environment) if on_gpu else None
            look = {"step": step, "resident": resident(process.child.pid), "device": device}
            if step is not None and process.child.poll() is None:
                looks.append(look)
            time.sleep(0.5)
        self.finish(process, timeout)
        return [look for look in looks if look["resident"]]


def resident(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((float(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmRSS:")), None)
    except OSError:
        return None


def used_by(pid, environment):
    """Device memory of a process; of all, where the driver does not tell them apart."""
    def ask(*query):
        try:
            command = ["nvidia-smi", *query, "--format=csv,noheader,nounits"]
            return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=10).stdout
        except (OSError, subprocess.TimeoutExpired):
            return ""

    for line in ask("--query-compute-apps=pid,used_memory").splitlines():
        fields = [field.strip() for field in line.split(",")]
        if fields[0] == str(pid) and fields[1].isdigit():
            return float(fields[1]) * 1.048576
    total = ask("--query-gpu=memory.used").split()
    return float(total[0]) * 1.048576 if total and total[0].isdigit() else None
