"""Builds the native part against the torch of this Python: with CMake, or with g++ alone.

Both return the folder with libearthmover_torch.so, or raise what went wrong. run(name, command, timeout, environment) runs a command.
"""
import concurrent.futures
import glob
import os
import shutil
import sys


def find_cuda():
    """The root of a CUDA toolkit with nvcc; None where there is none."""
    nvcc = shutil.which("nvcc")
    roots = [os.environ.get("CUDA_HOME"), os.path.dirname(os.path.dirname(os.path.realpath(nvcc))) if nvcc else None]
    roots += ["/usr/local/cuda", *sorted(glob.glob("/usr/local/cuda-*"), reverse=True)]
    packages = [os.path.join(path, "nvidia", "*") for path in sys.path if path]
    roots += [root for pattern in packages for root in sorted(glob.glob(pattern), reverse=True)]
    return next((root for root in roots if root and os.access(os.path.join(root, "bin", "nvcc"), os.X_OK)), None)


def find_header(name):
    """The folder of a CUDA header: of the toolkit, of Python's nvidia packages, or the system's own."""
    folders = [os.path.join(find_cuda() or "/usr/local/cuda", "include"), "/usr/local/cuda/targets/x86_64-linux/include"]
    patterns = [os.path.join(path, "nvidia", "*", "include") for path in sys.path if path]
    folders += [found for pattern in patterns for found in sorted(glob.glob(pattern), reverse=True)]
    return next((folder for folder in [*folders, "/usr/include"] if os.path.exists(os.path.join(folder, name))), None)


def surroundings(torch):
    """The environment in which CMake finds nvcc, and builds for this card only."""
    variables, cuda = dict(os.environ), find_cuda()
    variables["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), variables.get("PATH", "")])
    if cuda:
        tools = os.path.join(cuda, "bin")
        variables.update(CUDA_HOME=cuda, CUDA_PATH=cuda, CUDACXX=os.path.join(tools, "nvcc"))
        variables["PATH"] = os.pathsep.join([tools, variables["PATH"]])
    major, minor = torch.get("capability") or (9, 0)
    variables["TORCH_CUDA_ARCH_LIST"] = f"{major}.{minor}"
    return variables, f"{major}{minor}"


def with_cmake(source, build, torch, run, timeout):
    variables, architecture = surroundings(torch)
    variables["PATH"] = os.pathsep.join([variables["PATH"], "/usr/local/bin", "/usr/bin"])
    shutil.rmtree(build, ignore_errors=True)
    configure = ["cmake", "-S", source, "-B", os.path.join(build, "cmake"), f"-DCMAKE_PREFIX_PATH={torch['cmake_prefix_path']}",
                 f"-DTORCH_CUDA_ARCH_LIST={variables['TORCH_CUDA_ARCH_LIST']}", f"-DCMAKE_CUDA_ARCHITECTURES={architecture}",
                 f"-DPython_EXECUTABLE={sys.executable}"]
    if shutil.which("ninja", path=variables["PATH"]):
        configure += ["-G", "Ninja"]
    run("cmake", configure, timeout, variables)
    command = ["cmake", "--build", os.path.join(build, "cmake"), "--target", "earthmover_torch", "--parallel", str(os.cpu_count())]
    run("compile", command, timeout, variables)
    return build


def with_compiler(source, build, torch, run, timeout, graphs=True):
    """As CMake would: one process for each source file, then the link. graphs: compile what calls CUDA itself, where its headers are."""
    shutil.rmtree(build, ignore_errors=True)
    os.makedirs(build)
    include, library = os.path.join(torch["folder"], "include"), os.path.join(torch["folder"], "lib")
    system = f"/usr/lib/{os.uname().machine}-linux-gnu"  # Debian's own
    if not os.path.isdir(include):
        include = "/usr/include"
    if not os.path.exists(os.path.join(library, "libtorch_cuda.so")) and os.path.exists(os.path.join(system, "libtorch_cpu.so")):
        library = system
    recent = tuple(int(part) for part in torch["torch"].split(".")[:2]) >= (2, 9)
    flags = [f"-std=c++{20 if recent else 17}", "-O3", "-DNDEBUG", "-fPIC", "-fvisibility=hidden", "-fopenmp"]
    flags += [f"-D_GLIBCXX_USE_CXX11_ABI={torch['abi']}"]
    # An include folder of the system's own must not be moved forward in the search.
    flags += [] if include == "/usr/include" else ["-isystem", include]
    flags += ["-isystem", os.path.join(include, "torch", "csrc", "api", "include")]
    cuda = os.path.exists(os.path.join(library, "libtorch_cuda.so"))
    header = find_header("cuda_runtime_api.h") if cuda and graphs and torch.get("cuda") else None
    if header:
        flags += ["-DEM_CUDA=1"] + ([] if header == "/usr/include" else ["-isystem", header])
    files = sorted(glob.glob(os.path.join(source, "torch", "*.cpp")))
    compiler = os.environ.get("CXX", "g++")

    def compile_one(file):
        result = os.path.join(build, os.path.basename(file) + ".o")
        wide = ["-mavx2", "-mfma"] if file.endswith("winograd_kernels.cpp") and os.uname().machine == "x86_64" else []
        run(f"compile {os.path.basename(file)}", [compiler, *flags, *wide, "-c", file, "-o", result], timeout, None)
        return result

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, files))
    # Without --no-as-needed a linker drops libtorch_cuda, of which no symbol is used, and then there is no device.
    names = ["torch", "torch_cpu", "c10"] + (["torch_cuda", "c10_cuda"] if cuda else [])
    folders = [library, *sorted(glob.glob(os.path.join(os.path.dirname(torch["folder"]), "nvidia", "*", "lib")))]
    libraries = [f"-L{library}", "-Wl,--no-as-needed", *[f"-l{name}" for name in names], "-Wl,--as-needed", "-ldl"]
    libraries += [f"-Wl,-rpath,{folder}" for folder in folders]
    run("link", [compiler, "-shared", "-fopenmp", "-o", os.path.join(build, "libearthmover_torch.so"), *objects, *libraries], timeout, None)
    return build
