# Many sessions that begin and end, and what they carry to and fro.

logins() {
  local at_once
  for at_once in 1 10; do logins_of "$at_once" 100; done
}

logins_of() { # at once, how many
  local ratios=() cpus=() recorded=0 i cpu with without
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(log_in "$1" "$2"); fi
    start_daemon
    log_in "$1" 20 > /dev/null
    all_over
    cpu=$(cpu_ms "$daemon")
    with=$(log_in "$1" "$2")
    all_over
    cpus+=("$(divide $(($(cpu_ms "$daemon") - cpu)) "$2")")
    recorded=$((recorded + $(sshlog history --json --limit 1000 | count '"session" *:') - 20))
    stop_daemon
    if ((i % 2 == 0)); then without=$(log_in "$1" "$2"); fi
    ratios+=("$(divide "$with" "$without")")
  done
  row "$2 sessions, $1 at once, time ratio" "" "${ratios[@]}"
  row "$2 sessions, $1 at once, daemon CPU each, ms" "" "${cpus[@]}"
  complete "$2 sessions, $1 at once" "$recorded" $((pairs * $2))
}

log_in() { # at once, how many -> seconds
  local from
  from=$(now)
  seq "$2" | (export -f client; export port work; xargs -P "$1" -I {} bash -c 'client true' < /dev/stdin > /dev/null 2>&1)
  seconds "$from" "$(now)"
}

transfers() {
  head -c 1G /dev/urandom > "$work/large"
  mkdir "$work/small"
  (cd "$work/small" && head -c 40M /dev/urandom | split -b 4096 -a 5 -d -)
  transfers_of "1 GiB by sftp" "put $work/large $work/to/large"
  transfers_of "10,240 files by sftp" "put $work/small/* $work/to"
  rm -rf "$work/large" "$work/small"
}

transfers_of() { # name, what sftp is told
  local ratios=() cpus=() recorded=0 truth=0 i cpu with without
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(transfer "$2"); fi
    start_daemon
    cpu=$(cpu_ms "$daemon")
    with=$(transfer "$2")
    settle
    cpus+=("$(divide $(($(cpu_ms "$daemon") - cpu)) 1000)")
    truth=$((truth + $(cat "$work"/to/* | wc -c)))
    recorded=$((recorded + $(sshlog export "$(newest | field session)" --format jsonl | grep '"file_upload"' | sum bytes)))
    stop_daemon
    if ((i % 2 == 0)); then without=$(transfer "$2"); fi
    ratios+=("$(divide "$with" "$without")")
  done
  row "$1, time ratio" "" "${ratios[@]}"
  row "$1, daemon CPU, s" "" "${cpus[@]}"
  complete "$1, bytes" "$recorded" "$truth"
}

transfer() { # what sftp is told -> seconds
  local from
  rm -rf "$work/to"
  mkdir "$work/to"
  from=$(now)
  echo "$1" | sftp -q -F none -P "$port" -i "$work/user_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR -b - root@127.0.0.1 > /dev/null
  seconds "$from" "$(now)"
}
