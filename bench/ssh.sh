#!/usr/bin/env bash
# The whole daemon (artifacts/, made by ./run build) on a private sshd, with and without it in turn. Needs root.
# bench/ssh.sh [PART ...], --list for what there is. PAIRS=7 sets how many pairs, CORE=1 keeps the daemon on that core, LAUNCH="nice -n 5" starts it so,
# RAW=FILE says where each row's samples go, as JSON, a line each (bench/raw/DATE.jsonl).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
readonly artifacts=$PWD/artifacts pairs=${PAIRS:-7} raw=$(realpath -m "${RAW:-bench/raw/$(date +%F).jsonl}")
# A part is a function of bench/ssh/; what takes an hour runs only when it is named.
readonly parts="throughput crowd loop rates tax logins transfers latency idle busy start" long_parts="hour"

if [[ ${1:-} == --list ]]; then
  printf '%s\n' $parts "$long_parts (60 minutes; MINUTES=10 for less)"
  exit 0
fi
for part in "$@"; do
  [[ " $parts $long_parts " == *" $part "* ]] || { echo "ssh.sh: no part '$part'; there are: $parts $long_parts" >&2; exit 64; }
done
((EUID == 0)) || { echo "ssh.sh: root is needed" >&2; exit 77; }
[[ -x $artifacts/sshlogd ]] || { echo "ssh.sh: ./run build first" >&2; exit 69; }

readonly work=$(mktemp -d "${TMPDIR:-/tmp}/sshlog-bench.XXXXXX")
readonly socket=$work/sshlog.sock state=$work/state
for file in bench/ssh/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
trap clean_up EXIT

(($#)) || set -- $parts
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg); samples go to $raw"
start_sshd
for part in "$@"; do
  "$part"
done
echo "load at the end $(cut -d ' ' -f 1 /proc/loadavg)"
