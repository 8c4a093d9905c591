# What the daemon takes when little or much goes on.

idle() {
  local sessions
  for sessions in 0 10 100; do idle_with "$sessions"; done
}

written() { stat -c %Y.%s "$state/journal.db-wal" 2> /dev/null || true; }

idle_with() { # open sessions
  local cpu before written disturbed=0 cpus=() switches_each=() fresh i
  start_daemon
  fresh=$(rss_mib "$daemon")
  open_sessions "$1" "sleep 900"
  # What came late into the compiler and the caches is not idling.
  sleep 15
  # This machine's other sessions are recorded too: a sample during which anything was is taken again.
  for ((i = 0; i < 3; i++)); do
    cpu=$(cpu_ms "$daemon") before=$(switches "$daemon") written=$(written)
    sleep 10
    if [[ $(written) != "$written" ]]; then
      ((++disturbed < 10)) || { echo "ssh.sh: other sessions on this machine keep it from being idle" >&2; break; }
      i=$((i - 1))
      continue
    fi
    cpus+=("$(awk -v a="$cpu" -v b="$(cpu_ms "$daemon")" 'BEGIN { printf "%.2f", (b - a) / 100 }')")
    switches_each+=("$(awk -v n="$(switched "$before" "$(switches "$daemon")")" 'BEGIN { printf "%.1f", n / 10 }')")
  done
  row "idle with $1 sessions, % of one core" "under 0.2" "${cpus[@]}"
  row "idle with $1 sessions, context switches/s" "under 20" "${switches_each[@]}"
  row "resident with $1 sessions, before they opened, MiB" "at most 75" "$fresh"
  close_sessions
  stop_daemon
}

busy() {
  start_daemon
  open_sessions 50 "while :; do seq 200; ls -l /etc; sleep 0.5; done"
  local i sizes=()
  for ((i = 0; i < 5; i++)); do
    sleep 3
    sizes+=("$(rss_mib "$daemon")")
  done
  row "resident, 50 busy sessions, MiB" "at most 120" "${sizes[@]}"
  close_sessions
  stop_daemon
}

hour() { # 5 MB/s in four sessions: memory, handles and threads must not grow
  local minutes=${MINUTES:-60} sizes=() handles=() threads=() i bytes truth
  # A quarter of a second's worth of listings at a time; pv is not everywhere.
  local command='end=$((SECONDS + 60 * MINUTES)); while ((SECONDS < end)); do seq 100000 141000 | head -c 312500; sleep 0.24; done'
  start_daemon
  for ((i = 0; i < 4; i++)); do
    client "${command//MINUTES/$minutes}" < /dev/null | wc -c > "$work/client.out.$i" &
    clients+=($!)
  done
  for ((i = 0; i < 2 * minutes; i++)); do
    sleep 30
    sizes+=("$(rss_mib "$daemon")") handles+=("$(ls "/proc/$daemon/fd" | wc -l)") threads+=("$(ls "/proc/$daemon/task" | wc -l)")
  done
  wait "${clients[@]}" || true
  clients=()
  all_over
  truth=$(cat "$work"/client.out.* | awk '{ n += $1 } END { printf "%d", n }')
  bytes=$(sshlog history --json | sum output_bytes)
  row "5 MB/s for $minutes minutes, MB/s reached" "" "$(awk -v b="$truth" -v m="$minutes" 'BEGIN { printf "%.2f", b / 60 / m / 1e6 }')"
  row "5 MB/s for $minutes minutes, resident MiB each 30 s" "flat" "${sizes[@]}"
  row "5 MB/s for $minutes minutes, descriptors each 30 s" "flat" "${handles[@]}"
  row "5 MB/s for $minutes minutes, threads each 30 s" "flat" "${threads[@]}"
  complete "5 MB/s for $minutes minutes" "$bytes" "$truth"
  stop_daemon
}
