# The private sshd, the daemon beside it, and how their figures are taken and told.

sshd= daemon=
clients=()

clean_up() {
  local pid
  for pid in "${clients[@]}" $daemon $sshd; do
    kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true
  done
  rm -rf "$work"
}

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
MaxSessions 200
Subsystem sftp internal-sftp
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

workload() { # the C program tests/workloads/NAME.c, compiled
  [[ -x $work/$1 ]] || cc -O2 -Wall -Werror -o "$work/$1" "tests/workloads/$1.c"
}

sshlog() { "$artifacts/sshlog" --socket "$socket" "$@"; }

start_daemon() { # further arguments are the daemon's
  rm -rf "$state"
  ${LAUNCH:-} "$artifacts/sshlogd" --state-dir "$state" --socket "$socket" --log-file "" "$@" > "$work/daemon.log" 2>&1 &
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
# Of it what threads took whose work can wait: key frames, the search index, retention.
behind_ms() { cat /proc/"$1"/task/*/stat 2> /dev/null | awk '{ ours = /\(sshlog\./; sub(/.*\) /, ""); if (ours) n += ($12 + $13) * 10 } END { print n + 0 }'; }
rss_mib() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
# Threads come and go: each is compared with itself.
switches() { grep -H ctxt_switches /proc/"$1"/task/*/status 2> /dev/null | awk -F '[/:]' '{ n[$5] += $NF } END { for (t in n) print t, n[t] }'; }
switched() { awk 'NR == FNR { before[$1] = $2; next } { n += $2 - before[$1] } END { print n }' <(echo "$1") <(echo "$2"); }
# A row: name, budget, samples. Prints median, least and greatest, and keeps the samples as a line of JSON.
row() {
  local name=$1 budget=$2
  shift 2
  printf '%-52s %-42s %s\n' "$name" "$(printf '%s\n' "$@" | sort -g |
    awk '{ v[NR] = $1 } END { printf(NR > 1 ? "%s (%s to %s, %d runs)" : "%s", v[int((NR + 1) / 2)], v[1], v[NR], NR) }')" \
    "${budget:+budget $budget}"
  mkdir -p "$(dirname "$raw")"
  printf '{"at":"%s","row":"%s","budget":"%s","samples":[%s],"machine":"%s"}\n' \
    "$(date -u +%FT%TZ)" "$name" "$budget" "$(IFS=,; echo "$*")" "$(machine)" >> "$raw"
}
machine() {
  echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), kernel $(uname -r | cut -d - -f 1), load $(cut -d ' ' -f 1 /proc/loadavg)"
}
# Everything that happened must be recorded, or be said to be lost: the difference in per cent of the truth.
complete() { # name, recorded, truth, told to be lost
  row "$1, recorded of what happened, %" 100 "$(awk -v r="$2" -v t="$3" 'BEGIN { printf "%.3f", 100 * r / t }')"
  [[ -z ${4:-} ]] || row "$1, recorded or told to be lost, %" 100 "$(awk -v r=$(($2 + $4)) -v t="$3" 'BEGIN { printf "%.3f", 100 * r / t }')"
}
timed() { # command in the session -> seconds
  local from to
  from=$(now)
  over_ssh "$1" < /dev/null > "$work/client.out"
  to=$(now)
  seconds "$from" "$to"
}

# A daemon runs for months: what its compiler does in the first seconds is no part of a command or a mebibyte.
warm_up() { # command
  local i
  for ((i = 0; i < 3; i++)); do
    timed "$1" > /dev/null
    settle
  done
}

newest() { sshlog history --json --limit 1; }
field() { sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }
sum() { grep -o "\"$1\" *: *[0-9]*" | awk -F : '{ n += $2 } END { printf "%d\n", n }'; } # of a field in JSON
count() { { grep -o "$1" || true; } | wc -l; }
wait_until() { # what is wrong if it does not come to be, command
  local problem=$1 tries=400
  shift
  until "$@"; do
    ((tries-- > 0)) || { echo "ssh.sh: $problem" >&2; exit 70; }
    sleep 0.05
  done
}
are_open() { (($(sshlog sessions --json | count '"session"') >= $1)); } # how many sessions at least
none_is_open() { ! are_open 1; }
are_over() { (($(sshlog history --json --limit 1000 | count '"open": *false') >= $1)); } # how many sessions at least
newest_is_over() { newest | grep -q '"open": *false'; }
all_over() { wait_until "sessions do not end in the journal" none_is_open; }
settle() { wait_until "a session does not end in the journal" newest_is_over; }

open_sessions() { # how many, what they do
  local i
  for ((i = 0; i < $1; i++)); do
    client "$2" < /dev/null > /dev/null 2>&1 &
    clients+=($!)
  done
  wait_until "the sessions do not open" are_open "$1"
}

close_sessions() {
  local pid
  for pid in "${clients[@]}"; do
    kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true
  done
  clients=()
}
