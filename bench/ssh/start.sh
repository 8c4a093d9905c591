# How long a start and an answer take.

start() {
  local starts=() lists=() i from
  for ((i = 0; i < 2 * pairs; i++)); do
    from=$(now)
    start_daemon
    starts+=("$(seconds "$from" "$(now)")")
    from=$(now)
    sshlog sessions > /dev/null
    lists+=("$(seconds "$from" "$(now)")")
    stop_daemon
  done
  row "start to attached, s" "at most 0.5" "${starts[@]}"
  row "sshlog sessions, s" "at most 0.15" "${lists[@]}"
}
