# Sourced by ./earthmover and ./test, which set $root. Finds or installs what is missing and builds what has changed since the last time;
# a second start only compares two fingerprints. Logs are in artifacts/logs.
set -eu
artifacts=$root/artifacts
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
command -v git >/dev/null || export MinVerSkip=true
command -v dotnet >/dev/null || PATH=$HOME/.dotnet:/usr/share/dotnet:/usr/lib/dotnet:$PATH

say() { printf 'earthmover: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
. "$root/native/libtorch.sh"

# quietly NAME WHAT COMMAND…: says what it does, keeps a log, and shows the end of it only on failure.
quietly() {
    name=$1 log=$artifacts/logs/$1.log
    mkdir -p "$artifacts/logs"
    say "$2"
    shift 2
    "$@" >"$log" 2>&1 </dev/null 9>&- && return
    if grep -qE 'Could not resolve|Temporary failure|Failed to fetch|Unable to locate package|NU1301|NU1101' "$log"; then
        fail "$name: a download failed; connect to the network and run this again (log: $log)"
    fi
    tail -n 15 "$log" >&2
    fail "$name failed; the whole log: $log"
}

fingerprint() { (cd "$root" && find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha1sum | sha1sum); }
native_key() { echo "${LIBTORCH:-} ${VIRTUAL_ENV:-} ${CONDA_PREFIX:-} $(fingerprint tools/setup.sh native)"; }
vega_key() { echo "$(command -v npm || true) $(fingerprint tools/vega)"; }
program_key() { fingerprint src Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig global.json; }
is_current() { [ -f "$artifacts/$1.stamp" ] && [ -f "$artifacts/$2" ] && [ "$(cat "$artifacts/$1.stamp")" = "$3" ]; }
native_is_current() { is_current native native/libearthmover_torch.so "$(native_key)"; }
program_is_current() { is_current program cli/Earthmover.Cli.dll "$(program_key)"; }
vega_is_current() { [ "$(cat "$artifacts/vega.stamp" 2>/dev/null)" = "$(vega_key)" ]; }

missing() {
    for package; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in installed*) ;; *) printf '%s ' "$package" ;; esac
    done
}

# Sets $as_root to what makes a command root's; fails where nothing does.
become_root() {
    as_root=
    [ "$(id -u)" != 0 ] || return 0
    sudo -n true 2>/dev/null || return 1
    as_root="sudo -n"
}

apt_get() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }
apt_install() { apt_get $needed $wanted || { $as_root apt-get update && apt_get $needed $wanted; } || apt_get $needed; }

# Without the needed packages nothing works; the wanted ones are fonts, the reader of JPEG pictures and the first data set.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        for tool in g++ cmake ninja; do
            command -v $tool >/dev/null || fail "packages are installed only on Debian and Ubuntu; here, install yourself:" \
                "g++, cmake, ninja, LibTorch, OpenBLAS and, for JPEG pictures, libturbojpeg ($tool is missing)"
        done
        return
    fi
    needed="g++ cmake ninja-build" jpeg=libturbojpeg0
    ! grep -qsE '^ID(_LIKE)?=.*ubuntu' /etc/os-release || jpeg=libturbojpeg
    [ -n "$torch" ] || needed="$needed libtorch-dev libopenblas0-pthread"
    needed=$(missing $needed) wanted=$(missing $jpeg fonts-dejavu-core fonts-noto-color-emoji dataset-fashion-mnist)
    [ -n "$needed$wanted" ] || return 0
    if ! become_root; then
        [ -z "$needed" ] || fail "packages are missing and only root may install them; run:  sudo apt-get install -y $needed$wanted"
        say "for fonts, JPEG pictures and the Fashion-MNIST data, run:  sudo apt-get install -y $wanted"
        return 0
    fi
    if [ -n "$needed" ]; then
        quietly packages "installing $needed$wanted(1 to 5 minutes)" apt_install
    else
        (quietly packages "installing $wanted(half a minute)" apt_install) || say "going on without $wanted"
    fi
}

build_native() {
    choose_libtorch
    install_packages
    [ "$(cat "$artifacts/native/libtorch" 2>/dev/null)" = "$torch" ] || rm -rf "$artifacts/native/build"
    mkdir -p "$artifacts/native"
    echo "$torch" >"$artifacts/native/libtorch"
    quietly cmake "configuring the native part for ${torch:-the LibTorch of the system} (10 seconds)" \
        cmake -G Ninja -S "$root/native" -B "$artifacts/native/build" ${torch:+"-DCMAKE_PREFIX_PATH=$torch"}
    quietly native "building the native part (1 to 2 minutes)" ninja -C "$artifacts/native/build"
    native_key >"$artifacts/native.stamp"
}

# Two scripts of the Vega project draw the charts: in report.html they are carried along, outside of a browser Node.js runs them.
fetch_vega() {
    modules=$artifacts/vega/npm/node_modules
    rm -rf "$artifacts/vega" && mkdir -p "$artifacts/vega/npm" && cp "$root"/tools/vega/package*.json "$artifacts/vega/npm" &&
        npm ci --prefix "$artifacts/vega/npm" --ignore-scripts --no-audit --no-fund --loglevel error &&
        cp "$modules/vega/build/vega.min.js" "$modules/vega-lite/build/vega-lite.min.js" "$root/tools/vega/render.mjs" "$artifacts/vega" &&
        rm -rf "$artifacts/vega/npm"
}

# Everything but charts works without; so what fails here is said once, and not tried again until npm or what is to be fetched has changed.
build_vega() {
    if ! command -v npm >/dev/null && command -v apt-get >/dev/null && become_root; then
        needed="nodejs npm" wanted=
        (quietly node "installing $needed for the charts of reports (1 to 3 minutes)" apt_install) || true
    fi
    if ! command -v npm >/dev/null; then
        say "going on without charts in reports: Node.js and npm are missing; for them, run:  sudo apt-get install -y nodejs npm"
    else
        (quietly vega "fetching Vega-Lite for the charts of reports (10 seconds)" fetch_vega) ||
            say "going on without charts in reports; to try again, delete $artifacts/vega.stamp"
    fi
    vega_key >"$artifacts/vega.stamp"
}

# For the tests that open a report in a browser; says by its status whether there is one.
install_browser() {
    if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && become_root; then
        needed=chromium wanted=
        (quietly browser "installing chromium for the tests of reports (half a minute)" apt_install) || true
    fi
    command -v chromium >/dev/null
}

build_program() {
    key=$(program_key)
    quietly program "compiling the program (about a minute)" dotnet publish "$root/src/Earthmover.Cli" -c Release -v quiet "$@"
    echo "$key" >"$artifacts/program.stamp"
}

setup() {
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: \
install it from https://dotnet.microsoft.com/download or your distribution (dotnet-sdk-10.0)"
    native_is_current && program_is_current && vega_is_current && return
    dotnet --list-sdks | grep -q '^10\.' ||
        fail "this needs the .NET 10 SDK; installed: $(dotnet --list-sdks | cut -d ' ' -f 1 | tr '\n' ' ')"
    mkdir -p "$artifacts"
    exec 9>"$artifacts/setup.lock"
    ! command -v flock >/dev/null || flock 9 # a second start waits for the first
    native_is_current || build_native
    vega_is_current || build_vega
    program_is_current || build_program
    exec 9>&-
}
