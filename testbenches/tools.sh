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

if ! command -v cargo >/dev/null 2>&1; then
    echo "circlet is written in Rust and needs cargo 1.95 or later; see https://rustup.rs" >&2
    exit 1
fi
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null 2>&1; then
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
  Fedora   dnf install verilator iverilog yosys gcc-c++ make
  Arch     pacman -S verilator iverilog yosys gcc make
  macOS    brew install verilator icarus-verilog yosys
and run make again.
TXT
    exit 1
fi
