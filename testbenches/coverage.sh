#!/bin/sh
# What the plans of `circlet verify --thorough` go through in each network named, as a page of Markdown.
# usage: coverage.sh SECONDS NETWORK|FOLDER...
set -eu

circlet=${CIRCLET:-target/release/circlet}
seconds=$1
shift
cat <<TXT
# What verification goes through

Written by \`make coverage\`: lines and bits of the Verilog as Verilator counts them, states of FIFOs, streams and resets as the
timed model counts them. A line is reached when all of its branches were taken and were not taken; a stream's words are marked
where they are at an end of their format. What was not reached is named, with the reason where one is known.
TXT
for network in "$@"; do
    printf '\n## %s\n\n    circlet verify %s --thorough --budget %s\n\n```\n' "$network" "$network" "$seconds"
    "$circlet" --quiet verify "$network" --thorough --budget "$seconds"
    printf '```\n'
done
