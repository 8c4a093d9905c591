#!/usr/bin/env bash
# A private sshd, a short session through it, and what sshlog recorded. Called by ./run demo; leaves nothing behind.
set -euo pipefail
artifacts=$1
readonly work=$(mktemp -d /tmp/sshlog-demo.XXXXXX)
readonly socket=$work/sshlog.sock
pids=()

clean_up() {
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT

sshlog() { "$artifacts/sshlog" --socket "$socket" "$@"; }
exec 3>&1
# Our session among all of this machine, if it is in that state.
ours() { sshlog history --json | grep "\"server_port\":$port," | grep "$1"; }
say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
wait_for() { # what, seconds, command...
  local what=$1 tries=$(($2 * 20))
  shift 2
  until "$@" > /dev/null 2>&1; do
    ((tries-- > 0)) || { echo "demo: $what did not happen; see $work" >&2; trap - EXIT; exit 70; }
    sleep 0.05
  done
}

port=$(shuf -i 20000-32000 -n 1)
while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done

ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/user_key"
mkdir -p /run/sshd
echo "PS1='demo\$ '" > "$work/.bash_profile"
cat > "$work/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $port
HostKey $work/host_key
AuthorizedKeysFile $work/user_key.pub
PidFile $work/sshd.pid
StrictModes no
PermitRootLogin yes
UsePAM no
PrintMotd no
PrintLastLog no
SetEnv HOME=$work
CONFIG
/usr/sbin/sshd -D -f "$work/sshd_config" -E "$work/sshd.log" &
pids+=($!)

"$artifacts/sshlogd" --state-dir "$work/state" --socket "$socket" --log-file "$work/sshlogd.log" > "$work/sshlogd.out" 2>&1 &
pids+=($!)
wait_for "the daemon's start" 20 sshlog status
wait_for "sshd's start" 10 bash -c "exec 3<> /dev/tcp/127.0.0.1/$port"

say "a short session as $(id -un) through a private sshd on port $port"
{
  wait_for "the session" 10 ours '"open":true'
  printf 'echo hello from $SSH_TTY\n'; sleep 0.4
  printf 'ls -d /etc/ssh /usr/bin/env\n'; sleep 0.4
  printf 'sh -c "exit 42"\n'; sleep 0.4
  say "sshlog sessions" >&3
  sshlog sessions >&3
  printf 'exit\n'
} | ssh -tt -F none -p "$port" -i "$work/user_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
  -o LogLevel=ERROR "$(id -un)@127.0.0.1" > "$work/client.out" || true

wait_for "the end of the session" 10 ours '"open":false'
id=$(ours '"open":false' | sed 's/.*"session":"\([^"]*\)".*/\1/')

say "sshlog history"
sshlog history
say "sshlog history $id"
sshlog history "$id"
say "sshlog replay $id"
sshlog replay "$id" --idle-limit 0.5
say "the recording equals what the client saw"
sshlog replay "$id" --no-wait > "$work/replay.out"
cmp "$work/client.out" "$work/replay.out" && echo "identical: $(stat -c %s "$work/client.out") bytes"
