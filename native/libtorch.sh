# Sourced. Sets $torch to the folder whose TorchConfig.cmake is used; empty for the system's own.
# Order: $LIBTORCH, the torch of the Python environment, libtorch-dev. `fail` is the caller's.
choose_libtorch() {
    torch=${LIBTORCH:-}
    if [ -n "$torch" ]; then
        [ -f "$torch/share/cmake/Torch/TorchConfig.cmake" ] || [ -f "$torch/Torch/TorchConfig.cmake" ] ||
            fail "LIBTORCH=$torch is not a LibTorch: there is no share/cmake/Torch/TorchConfig.cmake in it"
        return
    fi
    # What torch.utils.cmake_prefix_path says, without the seconds that importing torch takes.
    where='import importlib.util as u, os; s = u.find_spec("torch")
print(os.path.join(os.path.dirname(s.origin), "share", "cmake") if s else "")'
    torch=$(python3 -c "$where" 2>/dev/null || true)
    [ -f "$torch/Torch/TorchConfig.cmake" ] || torch=
}
