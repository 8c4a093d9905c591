#!/bin/bash
# The first and only program of the booted kernel: sessions through a real sshd, then what the daemon recorded of them.
# Says "ok NAME" or "not ok NAME", and turns the machine off.
export PATH=/usr/sbin:/usr/bin DOTNET_ROOT=@dotnet@ LD_LIBRARY_PATH=/usr/lib HOME=/root
artifacts=/opt/sshlog socket=/run/sshlog.sock
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts && mount -t devpts -o ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=755 run /run && mkdir -p /run/sshd
mount -t tmpfs -o mode=1777 tmp /tmp
ip link set lo up
echo "kernel $(uname -r)"
cd /tmp
. /opt/checks.sh

finish() {
  ((failed == 0)) || tail -n 40 daemon.log | sed 's/^/    daemon: /'
  echo "end of checks"
  sync
  echo 1 > /proc/sys/kernel/sysrq
  echo o > /proc/sysrq-trigger
  sleep 60
}
start_daemon() {
  "$artifacts/sshlogd" --state-dir /var/lib/sshlog --socket "$socket" --log-file "" >> daemon.log 2>&1 &
  daemon=$!
}
has_started() { (($(grep -c 'Watching the SSH sessions' daemon.log) == $1)); }

ssh-keygen -q -t ed25519 -N '' -f host_key && ssh-keygen -q -t ed25519 -N '' -f user_key
chmod 644 user_key.pub
chown -R alice /home/alice
printf '%s\n' 'Port 2222' 'HostKey /tmp/host_key' 'AuthorizedKeysFile /tmp/user_key.pub' 'StrictModes no' \
  'PermitRootLogin yes' 'PidFile none' 'PrintMotd no' 'PrintLastLog no' > sshd_config
/usr/sbin/sshd -f /tmp/sshd_config -E /tmp/sshd.log

start_daemon
check "the daemon watches" eventually 180 has_started 1
connect 2222 -tt alice@127.0.0.1 "/bin/true one 'two words'; sh -c 'exit 42'; seq 1 20000; exit 7" > alice.printed < /dev/null
check "exit code of the session with a terminal" [ $? = 7 ]

# The probe is pinned: what the second session does while no daemon runs is recorded all the same.
kill -KILL $daemon
wait $daemon 2> /dev/null
connect 2222 -T root@::1 'seq 1 30000; /bin/false; exit 3' > root.printed < /dev/null
check "exit code of the session without one" [ $? = 3 ]
start_daemon
check "the daemon watches again" eventually 180 has_started 2
check "it goes on where it was killed" eventually 10 grep -q 'Going on where a daemon was killed' daemon.log

check "the session with a terminal is over" eventually 120 is_over alice '"username":"alice"'
check "the session without one is over" eventually 120 is_over root '"username":"root"'
((failed == 0)) || finish
check "user id" grep -F '"user_id":1000,' alice.session
check "IPv4 peer" grep -F '"client_ip":"127.0.0.1"' alice.session
check "IPv6 peer" grep -F '"client_ip":"::1"' root.session
check "server port" grep -F '"server_port":2222' root.session
check "nothing is lost" grep -F '"loss_events":0,' alice.session
check "nothing is lost of the other" grep -F '"loss_events":0,' root.session
list_commands alice
list_commands root
check "arguments" ran alice '["/bin/true","one","two words"]' 0
check "exit code of a command" ran alice '["sh","-c","exit 42"]' 42
check "command without a terminal" ran root '["/bin/false"]' 1
check "output of the terminal, byte for byte" replays alice
check "output of the pipes, byte for byte" replays root

kill -TERM $daemon
wait $daemon
check "the daemon ends with 0" [ $? = 0 ]
check "no pins are left" [ ! -e /sys/fs/bpf/sshlog/var-lib-sshlog ]
finish
