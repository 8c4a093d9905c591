#!/usr/bin/env bash
# Installs, uses, upgrades, removes and purges the Debian package in a fresh chroot. Called by ./test packages; ends with
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
readonly cache=$PWD/.cache suite=bookworm
passed=0 failed=0
work=$(mktemp -d /tmp/sshlog-packages.XXXXXX)
root=$work/root
pids=()

clean_up() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null; done
  wait
  # A mount that is left would let rm reach the machine's own files.
  local mounted
  # The daemon mounts a BPF file system where there is none.
  for mounted in dev/pts dev sys/fs/bpf sys proc; do
    mountpoint -q "$root/$mounted" && ! umount "$root/$mounted" && return
  done
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

check() { # name, command...
  local name=$1
  shift
  if "$@" > "$work/check.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    sed 's/^/    /' "$work/check.log" | tail -n 20
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  ((failed == 0))
  exit
}

readonly entry=(chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=xterm DEBIAN_FRONTEND=noninteractive LC_ALL=C)
inside() { "${entry[@]}" "$@"; }
spawn() { # in the background; its pid is the program's own
  (exec "${entry[@]}" "$@") > "$work/spawned.out" 2>&1 &
  pids+=($!)
}
sh_inside() { inside sh -ec "$1"; }
eventually() { # seconds, command...
  local tries=$(($1 * 10))
  shift
  until "$@"; do
    ((tries-- > 0)) || return 1
    sleep 0.1
  done
}

# A fresh Debian from the mirror that this machine's apt uses; the bare system is kept for the next run.
make_root() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite=$suite '$2 == suite && $3 == "main" { print $1; exit }')
  mkdir -p "$cache"
  if [[ ! -f $cache/$suite.tar ]]; then
    debootstrap --variant=minbase --include=openssh-server,openssh-client,man-db $suite "$work/bootstrap" "$mirror" || return 1
    tar -C "$work/bootstrap" -cf "$cache/$suite.tar.new" . && mv "$cache/$suite.tar.new" "$cache/$suite.tar"
    rm -rf "$work/bootstrap"
  fi
  mkdir -p "$root" && tar -C "$root" -xf "$cache/$suite.tar" || return 1
  echo "deb $mirror $suite main" > "$root/etc/apt/sources.list"
  cp /etc/resolv.conf "$root/etc/resolv.conf" 2> /dev/null
  mount -t proc proc "$root/proc" && mount --bind /sys "$root/sys" && mount --bind /dev "$root/dev" &&
    mount --bind /dev/pts "$root/dev/pts" && sh_inside 'apt-get update -qq'
}

install_package() { cp "$1" "$root/tmp/package.deb" && inside apt-get install -y -qq -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --allow-downgrades /tmp/package.deb; }

# The same package with another version, to upgrade to.
another_version() { # package, version, output
  dpkg-deb -R "$1" "$work/other" && sed -i "s/^Version: .*/Version: $2/" "$work/other/DEBIAN/control" &&
    dpkg-deb --root-owner-group -Z gzip -z 1 -b "$work/other" "$3" > /dev/null && rm -rf "$work/other"
}

start_daemon() {
  spawn /usr/bin/sshlogd
  eventually 20 inside sshlog status > /dev/null
}

stop_all() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid"; done
  wait
  pids=()
}

port=$(shuf -i 20000-32000 -n 1)
start_sshd() {
  mkdir -p "$root/run/sshd"
  inside ssh-keygen -q -t ed25519 -N '' -f /root/key
  inside useradd --create-home --shell /bin/bash --password '*' visitor
  sh_inside 'install -d -o visitor -m 700 /home/visitor/.ssh; install -o visitor -m 600 /root/key.pub /home/visitor/.ssh/authorized_keys'
  respawn_sshd
}
respawn_sshd() {
  spawn /usr/sbin/sshd -D -p "$port" -o ListenAddress=127.0.0.1 -o UsePAM=no
  eventually 10 bash -c "exec 3<> /dev/tcp/127.0.0.1/$port"
}
visit() { inside ssh -i /root/key -p "$port" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -tt visitor@127.0.0.1 "$@"; }

package=$(./run package | tail -n 1)
check "the package is built" test -f "$package"
check "a fresh Debian" make_root
((failed == 0)) || finish

check "installs with its dependencies" install_package "$package"
check "the unit is sound" inside sh -ec 'test -f /usr/lib/systemd/system/sshlogd.service'
check "the groups are there" inside getent group sshlog sshlog-operators sshlog-admins
check "state and logs are closed to others" sh_inside 'test "$(stat -c %a /var/lib/sshlog)" = 700 && test "$(stat -c %a /var/log/sshlog)" = 700'
check "a place for secrets is closed to others" sh_inside 'test "$(stat -c %a:%U /etc/sshlog/secrets)" = 700:root'
check "nothing is writable by others" sh_inside 'test -z "$(dpkg -L sshlog-actors | xargs -d "\n" -I{} find {} -maxdepth 0 -perm /022 ! -type l)"'
check "authorities of TLS are there" test -s "$root/etc/ssl/certs/ca-certificates.crt"
check "the manual is there" sh_inside 'for page in sshlog.1 sshlogd.8 sshlog.conf.5 sshlog-plugins.7; do find /usr/share/man -name "$page.gz" | grep -q .; done'
check "sshlogd --help" inside sshlogd --help
check "the shipped configuration is valid" sh_inside 'sshlog config check'

check "sshd starts" start_sshd
check "the daemon starts with the shipped configuration" start_daemon
visit 'echo hello from the package' > "$work/visit.log" 2>&1
check "a session is recorded" eventually 10 sh_inside 'sshlog history --user visitor | grep -q visitor'
check "its output is replayed" sh_inside 'sshlog replay visitor --no-wait | grep -q "hello from the package"'
check "its command is listed" sh_inside 'sshlog history visitor | grep -q "hello from the package"'

echo '# mine' >> "$root/etc/sshlog/sshlog.conf"
chmod 750 "$root/etc/sshlog/conf.d" "$root/etc/sshlog/plugins"
upgrade() { another_version "$package" 99.0.0 "$work/new.deb" && install_package "$work/new.deb"; }
check "an upgrade" upgrade
check "keeps the administrator's settings" grep -q '^# mine' "$root/etc/sshlog/sshlog.conf"
check "keeps what the administrator has closed" sh_inside 'test "$(stat -c %a /etc/sshlog/conf.d /etc/sshlog/plugins | uniq)" = 750'
chmod 755 "$root/etc/sshlog/conf.d" "$root/etc/sshlog/plugins"
check "keeps the recordings" sh_inside 'sshlog history --user visitor | grep -q visitor'
check "configuring twice is the same as once" sh_inside 'dpkg-reconfigure sshlog-actors'

stop_all
# What root may do as the unit and the container have it, and a plug-in that drops the rest of it.
unit_caps=$(sed -n 's/^CapabilityBoundingSet=//p' "$root/usr/lib/systemd/system/sshlogd.service")
container_caps=$(sed -n 's/^ *cap_add: \[\(.*\)\]/\1/p' packaging/container/compose.yaml | sed 's/,//g; s/[A-Z_]*/CAP_&/g')
check "unit and container drop the same capabilities" test "$unit_caps" = "$container_caps"
start_confined() {
  local kept
  kept=$(tr 'A-Z ' 'a-z,' <<< "$unit_caps" | sed 's/cap_/+/g')
  # sys_nice for LimitNICE=, which only who has CAP_SYS_RESOURCE can set; not everyone's root has.
  spawn setpriv --bounding-set "-all,$kept,+sys_nice" --inh-caps=-all --no-new-privs /usr/bin/sshlogd
  daemon=${pids[-1]}
  eventually 20 inside sshlog status > /dev/null
}
cat > "$root/etc/sshlog/conf.d/bell.conf" << 'EOF'
sshlog.rules.ring { triggers = [connection_established], actions = [ring] }
sshlog.actions.ring { plugin = bell_action }
EOF
check "a plug-in begins" inside sshlog plugins new bell --language shell --directory /etc/sshlog/plugins
check "the configuration with it is valid" inside sshlog config check
check "the daemon starts with the unit's capabilities" start_confined
check "sshd starts again" respawn_sshd
visit 'echo hello from confinement' > "$work/visit.log" 2>&1
newest='$(sshlog history --user visitor --limit 1 | grep -o "[0-9]\{8\}T[0-9]\{6\}-[0-9]*-[0-9a-f]*")'
check "a session is recorded with them" eventually 10 sh_inside "sshlog history $newest | grep -q 'hello from confinement'"
check "its output is replayed" sh_inside "sshlog replay $newest --no-wait | grep -q 'hello from confinement'"
check "a plug-in is told of it" eventually 10 sh_inside 'grep -rq "bell: seen an event" /var/log/sshlog'
check "nothing was refused" sh_inside '! grep -rE " (WRN|ERR|FTL) " /var/log/sshlog | grep -E "[Pp]ermi|refus|denied"'

# A daemon that was killed leaves its probe to the next one; the package's end is the probe's.
kill -KILL "$daemon"
stop_all 2> /dev/null
pins=$root/sys/fs/bpf/sshlog
check "a killed daemon leaves its probe attached" test -d "$pins/var-lib-sshlog"
check "removes" inside apt-get remove -y -qq sshlog-actors
check "the probe is gone" test ! -e "$pins"
check "programs are gone, settings and recordings are not" sh_inside 'test ! -e /usr/bin/sshlog && test -f /etc/sshlog/sshlog.conf && test -f /var/lib/sshlog/journal.db'
# Back to sshlog: its settings and logs are where ours were.
sshlog_returns() {
  mkdir -p "$work/sshlog/DEBIAN" "$work/sshlog/etc/sshlog/conf.d" "$work/sshlog/var/log/sshlog" && touch "$work/sshlog/etc/sshlog/conf.d/log_events.yaml" &&
    printf '%s\n' 'Package: sshlog' 'Version: 1.1.0' 'Architecture: all' 'Maintainer: nobody <root@localhost>' 'Description: stand-in' > "$work/sshlog/DEBIAN/control" &&
    dpkg-deb --root-owner-group -Z gzip -b "$work/sshlog" "$root/tmp/sshlog.deb" && inside dpkg -i /tmp/sshlog.deb
}
check "the package sshlog takes the place" sshlog_returns
check "a purge beside it" inside dpkg --purge sshlog-actors
check "leaves what is the other's" test -f "$root/etc/sshlog/conf.d/log_events.yaml" -a -d "$root/var/log/sshlog"
check "comes in its place again" install_package "$package"
check "removes again" inside apt-get remove -y -qq sshlog-actors
check "purges" inside apt-get purge -y -qq sshlog-actors
check "settings and logs are gone, recordings are not" sh_inside 'test ! -e /etc/sshlog && test ! -e /var/log/sshlog && test -f /var/lib/sshlog/journal.db'
check "installs again" install_package "$package"

# The container, as far as it goes without Docker: its image by the Dockerfile's own command, then container.sh.
readonly dockerfile=packaging/container/Dockerfile image=$work/image host=$work/host
make_image() {
  local file step
  step=$(sed -n '/^RUN apt-get/,/[^\\]$/{s/^RUN //;p}' $dockerfile)
  mkdir -p "$image" "$host/etc/sshlog" && tar -C "$image" -xf "$cache/$suite.tar" && cp "$root/etc/apt/sources.list" "$image/etc/apt/" &&
    cp "$root/etc/resolv.conf" "$image/etc/" && cp "$package" "$image/tmp/" || return 1
  # The host has none of sshlog's groups.
  cp "$root/usr/share/zoneinfo/Asia/Kathmandu" "$host/etc/localtime" || return 1
  for file in passwd group; do grep -v '^sshlog' "$root/etc/$file" > "$host/etc/$file"; done
  chroot "$image" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -ec "$step"
}
start_container() { # service; its pid is in $container
  unshare --mount --propagation private tests/Packaging/container.sh "$1" "$image" "$host" SSHLOG_DIAGNOSTIC_WEB_PORT=$((port + 1)) > "$work/container.out" 2>&1 &
  container=$!
  pids+=("$container")
  eventually 20 in_container sshlog status > /dev/null || { cat "$work/container.out"; return 1; }
}
in_container() { nsenter --target "$container" --mount --root --wd=/ /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# shellcheck disable=SC2046
health() { in_container $(sed -n 's/^HEALTHCHECK .*CMD \["\(.*\)"\]/\1/p' $dockerfile | sed 's/", "/ /g'); }
has_zone() { # the hour of the session that has just been, which may have begun in the one before
  local hours
  hours=$(in_container date '+%F %H:' && in_container date -d '-1 minute' '+%F %H:') &&
    in_container date +%z | grep -x '+0545' && in_container sshlog history --user visitor | grep -F "$hours"
}
page_answers() { (exec 3<> "/dev/tcp/127.0.0.1/$((port + 1))" && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && grep -q '^HTTP/1.1 200' <&3); }

check "nothing that is built from is kept out of the image's sources" test -z "$(git ls-files | grep -E '(^|/)(bin|obj|node_modules|artifacts|packages)/')"
check "an image by the Dockerfile's command" make_image
check "authorities of TLS are in the image" test -s "$image/etc/ssl/certs/ca-certificates.crt"
check "sshd starts once more" respawn_sshd
for service in sshlog quick-start; do
  check "container $service starts" start_container "$service"
  visit "echo hello to $service" > "$work/visit.log" 2>&1
  check "container $service records and replays a session" eventually 10 eval "in_container sshlog replay visitor --no-wait | grep -q 'hello to $service'"
  check "container $service has the host's time zone" has_zone
  check "container $service is in health" health
  check "container $service was refused nothing" eval '! grep -iE "permission|refused|denied|cannot" "$work/container.out"'
  [[ $service == sshlog ]] || check "the quick start's page answers" eventually 10 page_answers
  kill "$container" && wait "$container"
  unset "pids[-1]"
  rm -rf "$host/sshlog-state"
done
finish
