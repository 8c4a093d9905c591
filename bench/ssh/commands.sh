# What recording costs commands, and everyone else.

loop() {
  local ratios=() cpus=() switches_each=() i without with cpu before found=0 command='for i in $(seq 3000); do /bin/true; done'
  timed true > /dev/null
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(timed "$command"); fi
    start_daemon
    warm_up "$command"
    cpu=$(cpu_ms "$daemon") before=$(switches "$daemon")
    with=$(timed "$command")
    settle
    cpus+=("$(divide $(($(cpu_ms "$daemon") - cpu)) 1000)")
    switches_each+=("$(switched "$before" "$(switches "$daemon")")")
    found=$((found + $(sshlog history "$(newest | field session)" --json | count '"filename": *"[^"]*/true"')))
    stop_daemon
    if ((i % 2 == 0)); then without=$(timed "$command"); fi
    ratios+=("$(divide "$with" "$without")")
  done
  row "3,000 x /bin/true, time ratio" "at most 1.05" "${ratios[@]}"
  row "3,000 x /bin/true, daemon CPU, s" "" "${cpus[@]}"
  row "3,000 x /bin/true, context switches" "" "${switches_each[@]}"
  complete "3,000 x /bin/true" "$found" $((3000 * pairs))
}

rates() {
  local rate
  workload stamped
  for rate in 10 100 1000 5000; do rate_of "$rate"; done
}

rate_of() { # commands a second, in a session and outside of any
  local inside=() outside=() recorded=0 happened=0 done_one cpu i
  for ((i = 0; i < pairs; i++)); do
    start_daemon
    timed "$work/stamped exec 1000 3" > /dev/null
    settle
    cpu=$(cpu_ms "$daemon")
    timed "$work/stamped exec $1 4" > /dev/null
    settle
    inside+=("$(percent "$cpu" 4000)")
    done_one=$(sed -n 's/^done \([0-9]*\).*/\1/p' "$work/client.out")
    happened=$((happened + done_one))
    recorded=$((recorded + $(sshlog history "$(newest | field session)" --json | count '"filename": *"[^"]*/true"')))
    cpu=$(cpu_ms "$daemon")
    "$work/stamped" exec "$1" 4 > /dev/null
    outside+=("$(percent "$cpu" 4000)")
    stop_daemon
  done
  row "daemon CPU, $1 commands/s asked for, % of a core" "" "${inside[@]}"
  row "the same outside of sessions" "" "${outside[@]}"
  complete "$((happened / 4 / pairs)) commands/s" "$recorded" "$happened"
}

percent() { awk -v a="$1" -v b="$(cpu_ms "$daemon")" -v ms="$2" 'BEGIN { printf "%.2f", 100 * (b - a) / ms }'; }

tax() {
  workload syscall_tax
  local calls=() pipes=() i with without
  for ((i = 0; i < pairs; i++)); do
    without=$("$work/syscall_tax")
    start_daemon
    with=$("$work/syscall_tax")
    stop_daemon
    calls+=("$(awk -v a="${without% *}" -v b="${with% *}" 'BEGIN { printf "%.1f", b - a }')")
    pipes+=("$(awk -v a="${without#* }" -v b="${with#* }" 'BEGIN { printf "%.1f", b - a }')")
  done
  row "getppid of another process, ns more" "at most 100" "${calls[@]}"
  row "write or read of another process, ns more" "at most 150" "${pipes[@]}"
}
