#!/bin/sh
# Builds the LibTorch shim for programs that use the package Earthmover.Torch:  native/build.sh OUT
# One build serves all programs of this machine with the same LibTorch; it is kept in the user's cache and copied into the folder OUT.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
library=libearthmover_torch.so
say() { printf 'Earthmover.Torch: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
. "$here/libtorch.sh"

choose_libtorch
sources=$(cd "$here" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha1sum | sha1sum | cut -c 1-16)
key=$sources-$(printf '%s' "${torch:-system}" | sha1sum | cut -c 1-8)
kept=${EARTHMOVER_CACHE:-${HOME:?}/.cache/earthmover}/native/$key
if [ ! -f "$kept/$library" ]; then
    for tool in c++ cmake ninja; do
        command -v $tool >/dev/null || fail "$tool is missing, and with it the native part is built; on Debian and Ubuntu, run:" \
            "sudo apt-get install -y g++ cmake ninja-build${torch:-" libtorch-dev libopenblas0-pthread"}"
    done
    say "building the native part for ${torch:-the LibTorch of the system} (about a minute, once)"
    mkdir -p "$kept"
    work=$(mktemp -d "$kept/build.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    # The library is written beside the folder that is built in.
    if ! { cmake -G Ninja -S "$here" -B "$work/of/build" ${torch:+"-DCMAKE_PREFIX_PATH=$torch"} && ninja -C "$work/of/build"; } \
        >"$kept/log" 2>&1; then
        tail -n 5 "$kept/log" >&2
        fail "it could not be built; the whole log: $kept/log"
    fi
    mv "$work/of/$library" "$kept/$library"
fi
mkdir -p "$1"
cmp -s "$kept/$library" "$1/$library" || cp "$kept/$library" "$1/$library"
