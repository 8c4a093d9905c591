#!/usr/bin/env bash
# The machine's own OpenSSH and that of Debian trixie (10.x, in a chroot), each as root and as an ordinary user, with and
# without a terminal, shared connections, sshd -i, -r and -d: what the built daemon records of them.
# Called by ./test openssh after ./run build; ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. tests/Kernels/debian.sh
. tests/Kernels/checks.sh
readonly cache=$PWD/.cache suite=trixie artifacts=$PWD/artifacts user=sshlog-ssh-$$
work=$(mktemp -d /tmp/sshlog-openssh.XXXXXX)
chmod 755 "$work"
readonly root=$work/root socket=$work/sshlog.sock
passed=0 pids=()

clean_up() {
  local pid mounted
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null; done
  wait
  userdel -f "$user" 2> /dev/null
  # A mount that is left would let rm reach the machine's own files.
  for mounted in dev/pts dev proc; do
    mountpoint -q "$root/$mounted" && ! umount "$root/$mounted" && return
  done
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

make_root() {
  if [[ ! -f $cache/openssh-$suite.tar ]]; then
    mkdir -p "$cache"
    debootstrap --variant=minbase --include=openssh-server --keyring="$debian_keyring" $suite "$work/bootstrap" "$(debian_mirror)" || return 1
    tar -C "$work/bootstrap" -cf "$cache/openssh-$suite.tar.new" . && mv "$cache/openssh-$suite.tar.new" "$cache/openssh-$suite.tar"
    rm -rf "$work/bootstrap"
  fi
  mkdir -p "$root" && tar -C "$root" -xf "$cache/openssh-$suite.tar" &&
    mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" && mount --bind /dev/pts "$root/dev/pts" &&
    mkdir -p "$root/run/sshd" "$root$work" && cp "$work"/{host_key,user_key.pub} "$root$work" &&
    grep "^$user:" /etc/passwd >> "$root/etc/passwd" && grep "^$user:" /etc/shadow >> "$root/etc/shadow" &&
    mkdir -p "$root$work/home" && chown "$user" "$root$work/home"
}

# A command on the machine, or in the chroot with the other OpenSSH.
on() { # host|trixie, command...
  local where=$1
  shift
  [[ $where == host ]] && exec "$@"
  exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin "$@"
}

next_port=$((20000 + $$ % 10000))
write_config() { # port
  printf '%s\n' "Port $1" 'ListenAddress 127.0.0.1' "HostKey $work/host_key" "AuthorizedKeysFile $work/user_key.pub" \
    'StrictModes no' 'PermitRootLogin yes' 'UsePAM no' 'PidFile none' 'PrintMotd no' 'PrintLastLog no' \
    'MaxStartups 200' 'MaxSessions 200' > "$work/sshd_config"
  [[ ! -d $root$work ]] || cp "$work/sshd_config" "$root$work/sshd_config"
}
listens() { (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; }
serve() { # host|trixie, sshd's options...; sets port and server
  local where=$1
  shift
  port=$((next_port++))
  write_config "$port"
  (on "$where" /usr/sbin/sshd -D -f "$work/sshd_config" "$@") 2> "$work/sshd.log" &
  server=$!
  pids+=($server)
  # sshd -d serves one connection: a look whether it listens would be that one.
  if [[ " $* " == *" -d "* ]]; then eventually 10 grep -q 'Server listening' "$work/sshd.log"; else eventually 10 listens; fi
}
# A super-server, which gives sshd -i the connection as its standard input.
serve_inetd() { # host|trixie
  port=$((next_port++))
  write_config "$port"
  local -a sshd=(/usr/sbin/sshd -i -f "$work/sshd_config")
  [[ $1 == host ]] || sshd=(chroot "$root" "${sshd[@]}")
  perl -MIO::Socket::INET -e '
    my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => shift, Listen => 5, ReuseAddr => 1) or die;
    my $client = $listener->accept; open(STDIN, "<&", $client); open(STDOUT, ">&", $client);
    close $listener; exec @ARGV' "$port" "${sshd[@]}" 2> "$work/sshd.log" &
  server=$!
  pids+=($server)
  sleep 0.5
}

# One session on the port that serve has left, and everything that must be known of it.
examine() { # name, account, -tt|-T
  local name=$1 account=$2
  connect "$port" "$3" "$account@127.0.0.1" "/bin/true one 'two words'; sh -c 'exit 42'; seq 1 5000; exit 7" \
    > "case.printed" < /dev/null 2> case.errors
  check "$name: the client's exit code" [ $? = 7 ]
  check "$name: recorded to its end" eventually 20 is_over case "\"server_port\":$port,"
  check "$name: user" grep -F "\"username\":\"$account\"" case.session
  check "$name: nothing is lost" grep -F '"loss_events":0,' case.session
  list_commands case
  check "$name: arguments" ran case '["/bin/true","one","two words"]' 0
  check "$name: exit code" ran case '["sh","-c","exit 42"]' 42
  check "$name: output, byte for byte" replays case
  check "$name: method and key" eventually 10 grep -q "\"server_port\":$port,.*\"method\":\"publickey\"\|\"method\":\"publickey\".*\"server_port\":$port," watch.json
}

# Three channels at a time on one connection.
examine_shared() { # name
  local control=$work/control number
  connect "$port" -M -S "$control" -N -f root@127.0.0.1
  for number in 1 2 3; do
    connect "$port" -S "$control" "$([[ $number == 3 ]] && echo -T || echo -tt)" root@127.0.0.1 "seq 1 ${number}000; /bin/true channel $number" \
      > "shared$number.printed" < /dev/null 2> /dev/null &
    clients[number]=$!
  done
  wait "${clients[@]}"
  connect "$port" -S "$control" -O exit root@127.0.0.1 2> /dev/null
  check "$1: one session" eventually 20 is_over case "\"server_port\":$port,"
  list_commands case
  for number in 1 2 3; do
    check "$1: command $number" ran case "[\"/bin/true\",\"channel\",\"$number\"]" 0
  done
  # Channels are numbered as they were opened, the clients ran at once: compared as a set.
  for number in 0 1 2; do sshlog replay "$(id_of case)" --channel $number --no-wait 2> /dev/null | cksum; done | sort > replayed
  for number in 1 2 3; do cksum < "shared$number.printed"; done | sort > printed
  check "$1: each channel's output, byte for byte" cmp printed replayed
}

cd "$work" || exit 70
ssh-keygen -q -t ed25519 -N '' -f host_key && ssh-keygen -q -t ed25519 -N '' -f user_key
chmod 644 user_key.pub
mkdir -p home /run/sshd
useradd -M -d "$work/home" -s /bin/bash -p '*' "$user" && chown "$user" home
make_root > bootstrap.log 2>&1 || { tail -n 20 bootstrap.log; echo "openssh: no OpenSSH of Debian $suite"; echo "0 passed, 1 failed"; exit 1; }

"$artifacts/sshlogd" --state-dir "$work/state" --socket "$socket" --log-file "" > daemon.log 2>&1 &
pids+=($!)
eventually 30 grep -q 'Watching the SSH sessions' daemon.log || { cat daemon.log; echo "0 passed, 1 failed"; exit 1; }
sshlog watch --json > watch.json 2> watch.errors &
pids+=($!)
{
  for where in host trixie; do
    version=$( (on $where /usr/bin/ssh -V) 2>&1 | grep -o "OpenSSH_[0-9.p]*")
    for account in root "$user"; do
      for terminal in -tt -T; do
        serve $where
        examine "$version, $([[ $account == root ]] && echo root || echo user), $([[ $terminal == -tt ]] && echo pty || echo none)" "$account" $terminal
        kill $server
      done
    done
    serve $where
    examine_shared "$version, shared connection"
    kill $server
    for option in -r -d; do
      serve $where $option
      examine "$version, sshd $option" root -tt
      kill $server 2> /dev/null
    done
    serve_inetd $where
    examine "$version, sshd -i" "$user" -tt
  done
} > results 2> results.errors
cat results
passed=$(grep -c '^ok ' results)
echo "$passed passed, $failed failed"
((failed == 0))
