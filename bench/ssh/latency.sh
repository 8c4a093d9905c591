# How long after something happened it is told. The stamp is taken before the process forks or writes, so all of that is in it.

latency() {
  local rate
  workload stamped
  for rate in 10 100 1000; do
    # A command is two events, its start and its end.
    latency_of "$rate" "events/s to sshlog watch" watch_them "exec $((rate / 2))"
    latency_of "$rate" "events/s to an action" act_on_them "exec $((rate / 2))"
    latency_of "$rate" "writes/s to sshlog attach" attach_to_them "print $rate"
  done
}

latency_of() { # rate, what of, who reads, what is done
  local i medians=() slowest=() greatest=() seen=0 happened=0 figures
  for ((i = 0; i < pairs; i++)); do
    # Compiled and cached in a first round, as a daemon is that has run for a minute.
    "$3" "$4" > "$work/figures"
    read -r -a figures < "$work/figures"
    medians+=("${figures[1]}") slowest+=("${figures[3]}") greatest+=("${figures[4]}")
    seen=$((seen + figures[0])) happened=$((happened + figures[5]))
  done
  row "$1 $2, median, ms" "under 2" "${medians[@]}"
  row "$1 $2, 99th percentile, ms" "under 10" "${slowest[@]}"
  row "$1 $2, greatest, ms" "" "${greatest[@]}"
  complete "$1 $2" "$seen" "$happened"
}

done_in() { sed -n 's/.*done \([0-9]*\) in.*/\1/p' "$1" | tail -n 1; }

# Each of the readers prints count, percentiles (see stamped.c) and how many there were.
watch_them() {
  start_daemon
  timed "$work/stamped exec 500 4" > /dev/null
  mkfifo "$work/watched"
  "$artifacts/sshlog" --socket "$socket" watch --json --type command_start > "$work/watched" &
  local watching=$!
  "$work/stamped" read < "$work/watched" > "$work/seen" &
  local reading=$!
  sleep 1
  timed "$work/stamped $1 5" > /dev/null
  settle
  sleep 0.5
  kill "$watching"
  wait "$watching" "$reading" || true
  rm "$work/watched"
  echo "$(< "$work/seen") $(done_in "$work/client.out")"
  stop_daemon
}

act_on_them() {
  local udp=$((port + 1000))
  "$work/stamped" udp "$udp" > "$work/seen" &
  local reading=$!
  cat > "$work/rules.conf" << CONF
sshlog {
  actions.to_reader { plugin = syslog_action, server_address = "127.0.0.1", port = $udp, transport = udp }
  rules.tell { triggers = [command_start], actions = [to_reader] }
}
CONF
  start_daemon --config "$work/rules.conf"
  timed "$work/stamped exec 500 4" > /dev/null
  settle
  sleep 1
  kill "$reading"
  wait "$reading" || true
  "$work/stamped" udp "$udp" > "$work/seen" &
  reading=$!
  sleep 0.2
  timed "$work/stamped $1 5" > /dev/null
  settle
  sleep 0.5
  kill "$reading"
  wait "$reading" || true
  echo "$(< "$work/seen") $(done_in "$work/client.out")"
  stop_daemon
}

attach_to_them() {
  start_daemon
  client "sleep 2; seq 100000; sleep 2; $work/stamped $1 5; sleep 1" < /dev/null > "$work/client.out" &
  local session=$!
  clients+=("$session")
  wait_until "the session does not open" are_open 1
  # The command wants a terminal; script(1) gives it one, and ends when the session does.
  script -qfc "stty rows 24 cols 80; exec '$artifacts/sshlog' --socket '$socket' attach $(newest | field session) --readonly" /dev/null \
    < /dev/null | "$work/stamped" read > "$work/seen"
  wait "$session" || true
  clients=()
  echo "$(< "$work/seen") $(done_in "$work/client.out")"
  stop_daemon
}
