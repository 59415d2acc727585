"""What is asked of PyTorch itself, each in a process of its own; one JSON document a line.

  torch_side.py versions              versions and devices
  torch_side.py ceilings              how fast this card multiplies, convolves and copies
  torch_side.py peer FILE JSON…       runs of the script FILE: {"name": …, "arguments": […], "bf16": true, "compile": "generator"}
"""
import contextlib
import gc
import importlib.util
import io
import json
import math
import sys
import time
import warnings

import torch

warnings.filterwarnings("ignore")


def say(**fields):
    print(json.dumps(fields), flush=True)


def versions():
    cuda = torch.cuda.is_available()
    cudnn = torch.backends.cudnn.version() if cuda else None
    say(torch=torch.__version__, cuda=torch.version.cuda, cudnn=cudnn, devices=torch.cuda.device_count() if cuda else 0,
        device=torch.cuda.get_device_name(0) if cuda else None, capability=torch.cuda.get_device_capability(0) if cuda else None,
        abi=int(torch._C._GLIBCXX_USE_CXX11_ABI), cmake_prefix_path=torch.utils.cmake_prefix_path, folder=torch.__path__[0])


def allow_tf32(value):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = value


def per_second(work, amount, seconds=0.5):
    """Units of `amount` that `work` does in a second: repeated for about `seconds` after a warm-up, timed on the card."""
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    began = time.perf_counter()
    work()
    torch.cuda.synchronize()
    repeats = max(5, int(seconds / max(1e-6, time.perf_counter() - began)))
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    for _ in range(repeats):
        work()
    end.record()
    torch.cuda.synchronize()
    return amount * repeats / (start.elapsed_time(end) / 1e3)


def ceilings():
    torch.backends.cudnn.benchmark = True
    found = {}
    n = 8192
    for precision in "fp32", "tf32", "bf16":
        allow_tf32(precision == "tf32")
        kind = torch.bfloat16 if precision == "bf16" else torch.float32
        a, b = (torch.randn(n, n, device="cuda").to(kind) for _ in range(2))
        found[f"matmul {precision} TFLOP/s"] = per_second(lambda: a @ b, 2 * n ** 3) / 1e12
        del a, b
        for layout in "NCHW", "NHWC":
            form = torch.channels_last if layout == "NHWC" else torch.contiguous_format
            x = torch.randn(128, 256, 32, 32, device="cuda").to(kind).contiguous(memory_format=form)
            w = torch.randn(256, 256, 3, 3, device="cuda").to(kind).contiguous(memory_format=form)
            flops = 2 * 128 * 32 * 32 * 256 * 256 * 9
            def forward():
                torch.nn.functional.conv2d(x, w, padding=1)
            found[f"conv 3x3 {layout} {precision} TFLOP/s"] = per_second(forward, flops, 0.3) / 1e12
            out = torch.randn_like(x)
            def backward():
                torch.ops.aten.convolution_backward(out, x, w, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, True, False])
            found[f"conv 3x3 backward {layout} {precision} TFLOP/s"] = per_second(backward, 2 * flops, 0.3) / 1e12
    source = torch.empty(1 << 30, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    found["copy TB/s, read and written"] = per_second(lambda: target.copy_(source), 2 * source.numel(), 0.3) / 1e12
    say(**{name: round(value, 3) for name, value in found.items()})


def counted(peer, counts):
    """Makes the peer count the operations of the first step of each player: of matrix products and convolutions.

    The formulas are PyTorch's own.
    """
    try:
        from torch.utils._python_dispatch import TorchDispatchMode
        from torch.utils.flop_counter import flop_registry
    except ImportError:
        return

    class Counter(TorchDispatchMode):
        total = 0

        def __torch_dispatch__(self, function, types, arguments=(), named=None):
            result = function(*arguments, **(named or {}))
            count = flop_registry.get(function._overloadpacket)
            if count is not None:
                self.total += count(*arguments, **(named or {}), out_val=result)
            return result

    original = peer.wgan_gp

    def once(name, step):
        def run():
            if name in counts:
                return step()
            try:
                with Counter() as counter:
                    step()
                counts[name] = counter.total
            except Exception:  # a torch that counts otherwise is timed all the same
                counts[name] = float("nan")
                step()
        return run

    def wgan_gp(*arguments):
        critic, generator, repeats = original(*arguments)
        counts["repeats"] = repeats
        return once("critic", critic), once("generator", generator), repeats

    peer.wgan_gp = wgan_gp


def run_peer(file, wanted):
    spec = importlib.util.spec_from_file_location("peer", file)
    peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    counts = {}
    compiles = "--compile" in wanted["arguments"]
    if not compiles:
        counted(peer, counts)
    if wanted.get("compile") == "generator":
        # The peer compiles its generator first and its critic second, whose penalty needs a second derivative.
        real, calls = torch.compile, []
        torch.compile = lambda module: (calls.append(module), module if len(calls) > 1 else real(module))[1]
    # PyTorch lets cuDNN round to TF32 unless it is told not to.
    allow_tf32(False)
    sys.argv = [file, *wanted["arguments"]]
    rounded = torch.autocast("cuda", dtype=torch.bfloat16) if wanted.get("bf16") else contextlib.nullcontext()
    with contextlib.redirect_stdout(io.StringIO()) as printed, rounded:
        peer.main()
    result = json.loads(printed.getvalue())
    total = counts.get("repeats", 1) * counts.get("critic", math.nan) + counts.get("generator", math.nan)
    if not math.isnan(total):
        result["gflop"] = total / 1e9
    return result


def peers(file, wishes):
    for wish in wishes:
        wanted = json.loads(wish)
        try:
            say(name=wanted["name"], **run_peer(file, wanted))
        except BaseException as error:  # also what argparse raises to leave
            lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
            say(name=wanted["name"], failed=f"{type(error).__name__}: {lines[0]}"[:300])
        if torch.cuda.is_available():
            gc.collect()
            torch.cuda.empty_cache()


if __name__ == "__main__":
    {"versions": versions, "ceilings": ceilings, "peer": lambda: peers(sys.argv[2], sys.argv[3:])}[sys.argv[1]]()
