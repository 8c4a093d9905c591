#!/usr/bin/env bash
# The whole daemon (artifacts/, made by ./run build) on a private sshd, with and without it in turn. Needs root.
# bench/ssh.sh [throughput|loop|idle|busy|start|tax ...]; PAIRS=5 sets how many pairs, CORE=1 keeps the daemon on that core.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
readonly artifacts=$PWD/artifacts pairs=${PAIRS:-5}
readonly work=$(mktemp -d "${TMPDIR:-/tmp}/sshlog-bench.XXXXXX")
readonly socket=$work/sshlog.sock state=$work/state
sshd= daemon=
clients=()

clean_up() {
  local pid
  for pid in "${clients[@]}" $daemon $sshd; do
    kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT

start_sshd() {
  port=$(shuf -i 20000-32000 -n 1)
  while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
  ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
  ssh-keygen -q -t ed25519 -N '' -f "$work/user_key"
  mkdir -p /run/sshd
  cat > "$work/sshd_config" << CONFIG
ListenAddress 127.0.0.1
Port $port
HostKey $work/host_key
AuthorizedKeysFile $work/user_key.pub
PidFile $work/sshd.pid
StrictModes no
PermitRootLogin yes
UsePAM no
PrintMotd no
MaxStartups 200
CONFIG
  /usr/sbin/sshd -D -f "$work/sshd_config" -E "$work/sshd.log" &
  sshd=$!
  until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do sleep 0.05; done
}

client() { # becomes the client: its pid is the client's own where it was put into the background
  exec ssh -tt -F none -p "$port" -i "$work/user_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR -e none "root@127.0.0.1" "$@"
}

over_ssh() { (client "$@"); }

sshlog() { "$artifacts/sshlog" --socket "$socket" "$@"; }

start_daemon() {
  rm -rf "$state"
  "$artifacts/sshlogd" --state-dir "$state" --socket "$socket" --log-file "" > "$work/daemon.log" 2>&1 &
  daemon=$!
  until grep -q 'Watching the SSH sessions' "$work/daemon.log"; do
    kill -0 "$daemon" 2> /dev/null || { cat "$work/daemon.log" >&2; exit 70; }
    sleep 0.01
  done
  [[ -z ${CORE:-} ]] || taskset -a -cp "$CORE" "$daemon" > /dev/null
}

stop_daemon() {
  kill "$daemon"
  wait "$daemon" || true
  daemon=
}

now() { date +%s%N; }
seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", (b - a) / 1e9 }'; }
divide() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
cpu_ms() { awk '{ sub(/.*\) /, ""); print ($12 + $13) * 10 }' "/proc/$1/stat"; }
rss_mib() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
# Threads come and go: each is compared with itself.
switches() { grep -H ctxt_switches /proc/"$1"/task/*/status 2> /dev/null | awk -F '[/:]' '{ n[$5] += $NF } END { for (t in n) print t, n[t] }'; }
switched() { awk 'NR == FNR { before[$1] = $2; next } { n += $2 - before[$1] } END { print n }' <(echo "$1") <(echo "$2"); }
# Median, least and greatest of the numbers given.
spread() {
  printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { printf "%s (%s to %s, %d runs)", v[int((NR + 1) / 2)], v[1], v[NR], NR }'
}
row() { printf '%-46s %-44s %s\n' "$1" "$2" "budget $3"; }
timed() { # command in the session -> seconds
  local from to
  from=$(now)
  over_ssh "$1" < /dev/null > "$work/client.out"
  to=$(now)
  seconds "$from" "$to"
}

newest() { sshlog history --json --limit 1; }
field() { sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }
settle() { # until the newest session is over
  local tries=400
  until newest | grep -q '"open": *false'; do
    ((tries-- > 0)) || { echo "ssh.sh: a session does not end in the journal" >&2; exit 70; }
    sleep 0.05
  done
}

throughput_of() { # name, command
  local ratios=() cpus=() lost=0 others=0 i without with before after bytes
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(timed "$2"); fi
    start_daemon
    # A daemon runs for months: what its compiler does in the first second is no part of a mebibyte.
    timed "$2" > /dev/null
    settle
    before=$(cpu_ms "$daemon")
    with=$(timed "$2")
    settle
    after=$(cpu_ms "$daemon")
    others=$((others + $(sshlog history --json | grep -o '"session" *:' | wc -l) - 2))
    bytes=$(stat -c %s "$work/client.out")
    sshlog replay "$(newest | field session)" --no-wait > "$work/replay.out"
    cmp -s "$work/client.out" "$work/replay.out" || lost=$((lost + 1))
    stop_daemon
    if ((i % 2 == 0)); then without=$(timed "$2"); fi
    ratios+=("$(divide "$without" "$with")")
    cpus+=("$(awk -v c=$((after - before)) -v b="$bytes" 'BEGIN { printf "%.2f", c / (b / 1048576) }')")
  done
  row "ssh throughput, $1, ratio" "$(spread "${ratios[@]}")" "at least 0.90"
  row "daemon CPU, $1, ms per MiB" "$(spread "${cpus[@]}")" "at most 15"
  row "recordings that differ from the client's" "$lost of $pairs" "0"
  ((others == 0)) || echo "ssh.sh: $others other sessions were recorded at the same time; their cost is in these figures" >&2
}

throughput() {
  # Both ends run once before anything counts.
  timed true > /dev/null
  throughput_of base64 "head -c 40M /dev/urandom | base64"
  throughput_of seq "seq 1 3000000"
}

loop() {
  local ratios=() cpus=() switches_each=() i without with cpu before found=0 command='for i in $(seq 3000); do /bin/true; done'
  timed true > /dev/null
  for ((i = 0; i < pairs; i++)); do
    if ((i % 2)); then without=$(timed "$command"); fi
    start_daemon
    # As above: the compiler's first second is no part of a command.
    timed "$command" > /dev/null
    settle
    cpu=$(cpu_ms "$daemon") before=$(switches "$daemon")
    with=$(timed "$command")
    settle
    cpus+=("$(divide $(($(cpu_ms "$daemon") - cpu)) 1000)")
    switches_each+=("$(switched "$before" "$(switches "$daemon")")")
    found=$(sshlog history "$(newest | field session)" --json | grep -o '"filename": *"[^"]*/true"' | wc -l)
    stop_daemon
    if ((i % 2 == 0)); then without=$(timed "$command"); fi
    ratios+=("$(divide "$with" "$without")")
    ((found == 3000)) || echo "ssh.sh: $found of 3000 commands were recorded" >&2
  done
  row "3,000 x /bin/true, time ratio" "$(spread "${ratios[@]}")" "at most 1.05, last run $found of 3000"
  row "3,000 x /bin/true, daemon CPU, s" "$(spread "${cpus[@]}")" "none"
  row "3,000 x /bin/true, context switches" "$(spread "${switches_each[@]}")" "none"
}

open_sessions() { # how many, what they do
  local i
  for ((i = 0; i < $1; i++)); do
    client "$2" < /dev/null > /dev/null 2>&1 &
    clients+=($!)
  done
  local tries=400
  until (($(sshlog sessions --json | grep -o '"session"' | wc -l) >= $1)); do
    ((tries-- > 0)) || { echo "ssh.sh: the sessions do not open" >&2; exit 70; }
    sleep 0.05
  done
}

close_sessions() {
  local pid
  for pid in "${clients[@]}"; do
    kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true
  done
  clients=()
}

idle() {
  local cpu before written disturbed=0 cpus=() switches_each=() fresh i
  start_daemon
  fresh=$(rss_mib "$daemon")
  open_sessions 10 "sleep 600"
  sleep 5
  # This machine's other sessions are recorded too: a sample during which anything was is taken again.
  for ((i = 0; i < 3; i++)); do
    cpu=$(cpu_ms "$daemon") before=$(switches "$daemon") written=$(stat -c %Y.%s "$state/journal.db-wal")
    sleep 10
    if [[ $(stat -c %Y.%s "$state/journal.db-wal") != "$written" ]]; then
      ((++disturbed < 10)) || { echo "ssh.sh: other sessions on this machine keep it from being idle" >&2; break; }
      i=$((i - 1))
      continue
    fi
    cpus+=("$(awk -v a="$cpu" -v b="$(cpu_ms "$daemon")" 'BEGIN { printf "%.2f", (b - a) / 100 }')")
    switches_each+=("$(awk -v n="$(switched "$before" "$(switches "$daemon")")" 'BEGIN { printf "%.1f", n / 10 }')")
  done
  row "idle with 10 sessions, % of one core" "$(spread "${cpus[@]}")" "under 0.2"
  row "idle with 10 sessions, context switches/s" "$(spread "${switches_each[@]}")" "under 20"
  row "resident, fresh, MiB" "$fresh" "75"
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
  row "resident, 50 busy sessions, MiB" "$(spread "${sizes[@]}")" "120"
  close_sessions
  stop_daemon
}

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
  row "start to attached, s" "$(spread "${starts[@]}")" "0.5"
  row "sshlog sessions, s" "$(spread "${lists[@]}")" "0.15"
}

tax() {
  cc -O2 -Wall -Werror -o "$work/syscall_tax" tests/workloads/syscall_tax.c
  local calls=() pipes=() i with without
  for ((i = 0; i < pairs; i++)); do
    without=$("$work/syscall_tax")
    start_daemon
    with=$("$work/syscall_tax")
    stop_daemon
    calls+=("$(awk -v a="${without% *}" -v b="${with% *}" 'BEGIN { printf "%.1f", b - a }')")
    pipes+=("$(awk -v a="${without#* }" -v b="${with#* }" 'BEGIN { printf "%.1f", b - a }')")
  done
  row "getppid of another process, ns more" "$(spread "${calls[@]}")" "100"
  row "write or read of another process, ns more" "$(spread "${pipes[@]}")" "150"
}

((EUID == 0)) || { echo "ssh.sh: root is needed" >&2; exit 77; }
[[ -x $artifacts/sshlogd ]] || { echo "ssh.sh: ./run build first" >&2; exit 69; }
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
start_sshd
for part in "${@:-throughput loop idle busy start tax}"; do
  for one in $part; do "$one"; done
done
echo "load at the end $(cut -d ' ' -f 1 /proc/loadavg)"
