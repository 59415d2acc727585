"""Writes inception.json: statistics of every block of the FID variant of Inception-v3, in plain PyTorch and float64.

No weights are stored: element i of tensor t (in the order of the sorted names) is sin(0.7 i + t), scaled by √(3 / fan-in) for convolutions
and for fc; gains are 1 + 0.1 sin,
biases and means 0.1 sin, variances 1 + 0.5 sin. The picture is x[c, i, j] = sin(0.05 i (c + 1)) cos(0.07 j), 3 × 107 × 107.
The network below is written from torchvision's with two marked differences; where torchvision is installed, the script first asserts that
without them it is torchvision's.
Run:  python3 tests/golden/inception.py
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F


def spec():
    """Shapes of all convolutions by name."""
    units = {
        "Conv2d_1a_3x3": (3, 32, 3, 3), "Conv2d_2a_3x3": (32, 32, 3, 3), "Conv2d_2b_3x3": (32, 64, 3, 3),
        "Conv2d_3b_1x1": (64, 80, 1, 1), "Conv2d_4a_3x3": (80, 192, 3, 3),
    }

    def add(name, branches):
        units.update({f"{name}.{branch}": shape for branch, shape in branches.items()})

    for name, i, p in [("Mixed_5b", 192, 32), ("Mixed_5c", 256, 64), ("Mixed_5d", 288, 64)]:
        add(name, {
            "branch1x1": (i, 64, 1, 1), "branch5x5_1": (i, 48, 1, 1), "branch5x5_2": (48, 64, 5, 5),
            "branch3x3dbl_1": (i, 64, 1, 1), "branch3x3dbl_2": (64, 96, 3, 3), "branch3x3dbl_3": (96, 96, 3, 3),
            "branch_pool": (i, p, 1, 1),
        })
    add("Mixed_6a", {
        "branch3x3": (288, 384, 3, 3),
        "branch3x3dbl_1": (288, 64, 1, 1), "branch3x3dbl_2": (64, 96, 3, 3), "branch3x3dbl_3": (96, 96, 3, 3),
    })
    for name, c in [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)]:
        add(name, {
            "branch1x1": (768, 192, 1, 1),
            "branch7x7_1": (768, c, 1, 1), "branch7x7_2": (c, c, 1, 7), "branch7x7_3": (c, 192, 7, 1),
            "branch7x7dbl_1": (768, c, 1, 1), "branch7x7dbl_2": (c, c, 7, 1), "branch7x7dbl_3": (c, c, 1, 7),
            "branch7x7dbl_4": (c, c, 7, 1), "branch7x7dbl_5": (c, 192, 1, 7),
            "branch_pool": (768, 192, 1, 1),
        })
    add("Mixed_7a", {
        "branch3x3_1": (768, 192, 1, 1), "branch3x3_2": (192, 320, 3, 3),
        "branch7x7x3_1": (768, 192, 1, 1), "branch7x7x3_2": (192, 192, 1, 7), "branch7x7x3_3": (192, 192, 7, 1),
        "branch7x7x3_4": (192, 192, 3, 3),
    })
    for name, i in [("Mixed_7b", 1280), ("Mixed_7c", 2048)]:
        add(name, {
            "branch1x1": (i, 320, 1, 1),
            "branch3x3_1": (i, 384, 1, 1), "branch3x3_2a": (384, 384, 1, 3), "branch3x3_2b": (384, 384, 3, 1),
            "branch3x3dbl_1": (i, 448, 1, 1), "branch3x3dbl_2": (448, 384, 3, 3),
            "branch3x3dbl_3a": (384, 384, 1, 3), "branch3x3dbl_3b": (384, 384, 3, 1),
            "branch_pool": (i, 192, 1, 1),
        })
    shapes = {"fc.weight": (1008, 2048)}
    for name, (i, o, h, w) in units.items():
        shapes[f"{name}.conv.weight"] = (o, i, h, w)
        for part in ["weight", "bias", "running_mean", "running_var"]:
            shapes[f"{name}.bn.{part}"] = (o,)
    return dict(sorted(shapes.items()))


def weights():
    state = {}
    for t, (name, shape) in enumerate(spec().items()):
        wave = torch.sin(0.7 * torch.arange(math.prod(shape), dtype=torch.float64) + t).reshape(shape)
        if len(shape) > 1:
            state[name] = wave * math.sqrt(3 / math.prod(shape[1:]))
        else:
            state[name] = 1 + 0.5 * wave if name.endswith("var") else 1 + 0.1 * wave if name.endswith("weight") else 0.1 * wave
    return state


def run(s, x, fid=True):
    """Results of every block; fid=False is torchvision's network."""
    def unit(name, y, stride=1):
        w = s[f"{name}.conv.weight"]
        square = w.shape[2] == w.shape[3]
        pad = 0 if stride == 2 or name in ("Conv2d_2a_3x3", "Conv2d_4a_3x3") else (w.shape[2] // 2, w.shape[3] // 2)
        assert square or stride == 1
        y = F.conv2d(y, w, None, stride, pad)
        mean, variance, gain, bias = (s[f"{name}.bn.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return F.relu(F.batch_norm(y, mean, variance, gain, bias, False, 0, 0.001))

    def chain(block, y, *names, last=1):
        for k, name in enumerate(names):
            y = unit(f"{block}.{name}", y, last if k == len(names) - 1 else 1)
        return y

    def mean(y):
        return F.avg_pool2d(y, 3, 1, 1, count_include_pad=not fid)  # the first difference

    seen = {}

    def note(name, y):
        seen[name] = y
        return y

    x = note("Conv2d_1a_3x3", unit("Conv2d_1a_3x3", x, 2))
    x = note("Conv2d_2a_3x3", unit("Conv2d_2a_3x3", x))
    x = note("Conv2d_2b_3x3", unit("Conv2d_2b_3x3", x))
    x = note("maxpool1", F.max_pool2d(x, 3, 2))
    x = note("Conv2d_3b_1x1", unit("Conv2d_3b_1x1", x))
    x = note("Conv2d_4a_3x3", unit("Conv2d_4a_3x3", x))
    x = note("maxpool2", F.max_pool2d(x, 3, 2))
    for b in ["Mixed_5b", "Mixed_5c", "Mixed_5d"]:
        x = note(b, torch.cat([chain(b, x, "branch1x1"), chain(b, x, "branch5x5_1", "branch5x5_2"),
                               chain(b, x, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"), chain(b, mean(x), "branch_pool")], 1))
    b = "Mixed_6a"
    twice = chain(b, x, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3", last=2)
    x = note(b, torch.cat([chain(b, x, "branch3x3", last=2), twice, F.max_pool2d(x, 3, 2)], 1))
    for b in ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"]:
        x = note(b, torch.cat([chain(b, x, "branch1x1"), chain(b, x, *[f"branch7x7_{k}" for k in (1, 2, 3)]),
                               chain(b, x, *[f"branch7x7dbl_{k}" for k in (1, 2, 3, 4, 5)]), chain(b, mean(x), "branch_pool")], 1))
    b = "Mixed_7a"
    seven = chain(b, x, *[f"branch7x7x3_{k}" for k in (1, 2, 3, 4)], last=2)
    x = note(b, torch.cat([chain(b, x, "branch3x3_1", "branch3x3_2", last=2), seven, F.max_pool2d(x, 3, 2)], 1))
    for b in ["Mixed_7b", "Mixed_7c"]:
        three, double = chain(b, x, "branch3x3_1"), chain(b, x, "branch3x3dbl_1", "branch3x3dbl_2")
        pool = F.max_pool2d(x, 3, 1, 1) if fid and b == "Mixed_7c" else mean(x)  # the second difference
        x = note(b, torch.cat([chain(b, x, "branch1x1"), chain(b, three, "branch3x3_2a"), chain(b, three, "branch3x3_2b"),
                               chain(b, double, "branch3x3dbl_3a"), chain(b, double, "branch3x3dbl_3b"), chain(b, pool, "branch_pool")], 1))
    x = note("avgpool", x.mean((2, 3)))
    note("logits", x @ s["fc.weight"].T)
    return seen


def agrees_with_torchvision(s, x):
    try:
        from torchvision.models.inception import Inception3
    except ImportError:
        return "not installed"
    net = Inception3(num_classes=1008, aux_logits=False, transform_input=False, init_weights=False).double().eval()
    missing, unexpected = net.load_state_dict(s, strict=False)
    assert not unexpected and all("num_batches_tracked" in m or m == "fc.bias" for m in missing), (missing, unexpected)
    ours, hooks = run(s, x, fid=False), {}
    for name, module in net.named_children():
        module.register_forward_hook(lambda _m, _i, y, name=name: hooks.__setitem__(name, y))
    net(x)
    compared = [n for n in ours if n in hooks]
    for n in compared:
        assert torch.allclose(ours[n], hooks[n].reshape(ours[n].shape), rtol=1e-10, atol=1e-10), n
    import torchvision
    return f"{torchvision.__version__}: {len(compared)} blocks agree"


i, j = torch.arange(107, dtype=torch.float64)[:, None], torch.arange(107, dtype=torch.float64)[None, :]
picture = torch.stack([torch.sin(0.05 * i * (c + 1)) * torch.cos(0.07 * j) for c in range(3)])[None]
state = weights()
with torch.no_grad():
    checked = agrees_with_torchvision(state, picture)
    print("torchvision", checked)
    blocks = {
        n: {
            "shape": list(y.shape), "mean": y.mean().item(), "deviation": y.std(unbiased=False).item(),
            "first": y.flatten()[0].item(), "middle": y.flatten()[y.numel() // 2].item(), "largest": y.max().item(),
        }
        for n, y in run(state, picture).items()
    }
numbers = {"torch": torch.__version__, "torchvision": checked, "blocks": blocks}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(numbers, indent=1) + "\n")
