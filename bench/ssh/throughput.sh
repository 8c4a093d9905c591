# What recording costs a stream of output.

throughput_of() { # name, command
  local ratios=() cpus=() behind=() lost=0 others=0 i without with before after idle bytes
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(timed "$2"); fi
    start_daemon
    warm_up "$2"
    before=$(cpu_ms "$daemon") idle=$(behind_ms "$daemon")
    with=$(timed "$2")
    settle
    after=$(cpu_ms "$daemon") idle=$(($(behind_ms "$daemon") - idle))
    others=$((others + $(sshlog history --json | count '"session" *:') - 4))
    bytes=$(stat -c %s "$work/client.out")
    sshlog replay "$(newest | field session)" --no-wait > "$work/replay.out"
    cmp -s "$work/client.out" "$work/replay.out" || lost=$((lost + 1))
    stop_daemon
    if ((i % 2 == 0)); then without=$(timed "$2"); fi
    ratios+=("$(divide "$without" "$with")")
    cpus+=("$(a_mebibyte $((after - before - idle)) "$bytes")")
    behind+=("$(a_mebibyte "$idle" "$bytes")")
  done
  row "rate of $1, by the rate without" "at least 0.90" "${ratios[@]}"
  row "daemon CPU, $1, ms per MiB" "at most 15" "${cpus[@]}"
  row "the same for key frames and the search index, while it is recorded" "" "${behind[@]}"
  row "recordings of $1 that differ from the client's" 0 "$lost"
  ((others == 0)) || echo "ssh.sh: $others other sessions were recorded at the same time; their cost is in these figures" >&2
}

a_mebibyte() { awk -v ms="$1" -v b="$2" 'BEGIN { printf "%.2f", ms / (b / 1048576) }'; }

throughput() {
  # Both ends run once before anything counts.
  timed true > /dev/null
  throughput_of base64 "head -c 40M /dev/urandom | base64"
  throughput_of seq "seq 1 3000000"
  throughput_of "single bytes" "head -c 2M /dev/zero | tr '\\0' x | dd bs=1 status=none"
  throughput_of "full screens" "awk 'BEGIN { for (i = 0; i < 15000; i++) { printf \"\\033[H\"; for (r = 0; r < 24; r++)
    printf \"\\033[3%dm%078d\\033[0m\\r\\n\", r % 8, i; fflush() } }'"
}

crowd() {
  local sessions
  timed true > /dev/null
  for sessions in 1 10 50; do crowd_of "$sessions" $((50 / sessions)); done
}

crowd_of() { # sessions at once, MiB of output each
  local command="head -c $2M /dev/zero | tr '\\0' '\\n' | awk '{ print NR }' | head -c $2M" ratios=() recorded=0 truth=0 lost=0 i with without
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(together "$1" "$command"); fi
    start_daemon
    together "$1" "$command" > /dev/null
    with=$(together "$1" "$command")
    wait_until "not every session is recorded" are_over $((2 * $1))
    truth=$((truth + 2 * $(cat "$work"/client.out.* | wc -c)))
    recorded=$((recorded + $(sshlog history --json --limit 1000 | sum output_bytes)))
    lost=$((lost + $(sshlog status --json | grep -o '"lost_bytes": *[0-9]*' | head -n 1 | tr -cd 0-9)))
    stop_daemon
    if ((i % 2 == 0)); then without=$(together "$1" "$command"); fi
    ratios+=("$(divide "$without" "$with")")
  done
  row "rate of $1 sessions at full speed, by the rate without" "at least 0.90" "${ratios[@]}"
  complete "output of $1 sessions" "$recorded" "$truth" "$lost"
}

together() { # sessions, command -> seconds until the last one ends
  local from i
  rm -f "$work"/client.out.*
  from=$(now)
  for ((i = 0; i < $1; i++)); do
    client "$2" < /dev/null > "$work/client.out.$i" &
    clients+=($!)
  done
  wait "${clients[@]}" || true
  clients=()
  seconds "$from" "$(now)"
}
