#!/usr/bin/env bash
# Boots Debian's kernels in qemu, each with sshd, the built daemon and guest.sh, which checks what was recorded.
# With "load" only the probe is loaded, by load.c, which takes half a minute each.
# Called by ./test kernels [load] [version ...] after ./run build; ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. tests/Kernels/debian.sh
readonly cache=$PWD/.cache/kernels patience=${KERNELS_PATIENCE:-600}
declare -A suites=([5.10]=bullseye [6.1]=bookworm [6.12]=trixie)
work=$(mktemp -d /tmp/sshlog-kernels.XXXXXX)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# Leaves the version's newest kernel that the mirror has; without the mirror the one fetched before serves.
fetch_kernel() { # version
  local kernel=$cache/vmlinuz-$1 suite=${suites[$1]} image package
  [[ -f $kernel ]] && return 0
  mkdir -p "$cache"
  debian_apt "$cache" "$suite" apt-get update || return 1
  image=$(debian_apt "$cache" "$suite" apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" { print $2; exit }')
  (cd "$work" && debian_apt "$cache" "$suite" apt-get download "$image") || return 1
  package=$(compgen -G "$work/${image}_*.deb") || return 1
  dpkg-deb --fsys-tarfile "$package" | tar -xO --wildcards './boot/vmlinuz-*' > "$kernel.new" && mv "$kernel.new" "$kernel"
  rm -f "$package"
}

# A program of this machine with the libraries it is linked with.
add_program() { # path...
  local path library
  for path in "$@"; do
    path=$(readlink -f "$path")
    install -D "$path" "$work/root$path"
    while read -r library; do
      [[ -e $work/root$library ]] || install -D "$(readlink -f "$library")" "$work/root$library"
    done < <(ldd "$path" 2> /dev/null | grep -o '/[^ )]*')
  done
}

make_daemon_root() {
  local root=$work/root dotnet programs program
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{proc,sys,dev,tmp,run/sshd,etc,root,home/alice,var/lib,opt}
  for program in bin sbin lib lib64; do ln -s "usr/$program" "$root/$program"; done
  programs="bash sh cat chown chmod cmp cut env false grep head ip kill ln mkdir mount rm sed seq sleep sort stat sync tail true uname wc ssh ssh-keygen"
  for program in $programs; do add_program "$(type -P "$program")"; done
  ln -sf bash "$root/usr/bin/sh"
  # What .NET and we load by name.
  for program in libbpf.so.1 libssl.so.3 libgcc_s.so.1; do add_program "$(compgen -G "/usr/lib/*/$program")"; done
  add_program /usr/sbin/sshd "$dotnet/dotnet"
  for program in libbpf.so.1 libssl.so.3; do ln -sf "$(readlink -f "$(compgen -G "/usr/lib/*/$program")")" "$root/usr/lib/$program"; done
  cp -a "$dotnet/host" "$dotnet/shared" "$root$dotnet/"
  while read -r program; do
    add_program "$program"
  done < <(find "$dotnet/shared" "$dotnet/host" -name '*.so')
  cp -a artifacts "$root/opt/sshlog"
  cp tests/Kernels/checks.sh "$root/opt/checks.sh"
  install -m 755 tests/Kernels/guest.sh "$root/init"
  sed "s|@dotnet@|$dotnet|" -i "$root/init"
  printf '%s\n' 'root:x:0:0::/root:/bin/bash' 'sshd:x:74:74::/run/sshd:/bin/false' 'alice:x:1000:1000::/home/alice:/bin/bash' > "$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'tty:x:5:' 'sshd:x:74:' 'alice:x:1000:' 'sshlog:x:900:' > "$root/etc/group"
  printf '%s\n' 'root:*:1::::::' 'alice:*:1::::::' > "$root/etc/shadow"
  echo 'passwd: files' > "$root/etc/nsswitch.conf"
}

make_load_root() {
  mkdir -p "$work/root"
  cc -O1 -Wall -o "$work/load" tests/Kernels/load.c -lbpf || return 1
  add_program "$work/load"
  mv "$work/root$work/load" "$work/root/init"
  cp "$(compgen -G 'bpf/SshLog.Bpf/obj/*/Release/*/sshlog.x86.bpf.o' | head -n 1)" "$work/root/probe.bpf.o"
}

boot() { # version
  local log=$work/$1.log
  timeout --foreground "$patience" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2G -nographic -no-reboot \
    -nic none -kernel "$cache/vmlinuz-$1" -initrd "$work/initramfs" \
    -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on rdinit=/init" < /dev/null > "$log" 2>&1
  tr -d '\r' < "$log" > "$log.text"
}

# What the guest said is one line per check; a guest that did not come to its end has failed whatever it said.
count() { # version
  local good bad
  good=$(grep -c '^ok ' "$work/$1.log.text")
  bad=$(grep -c '^not ok ' "$work/$1.log.text")
  grep -q '^end of checks$' "$work/$1.log.text" || bad=$((bad + 1))
  ((bad == 0)) || sed "s/^/    $1: /" "$work/$1.log.text" | tail -n 60
  sed -n 's/.*kernel \([0-9].*cloud.*\)/    \1/p' "$work/$1.log.text"
  passed=$((passed + good)) failed=$((failed + bad))
}

if [[ ${1:-} == load ]]; then
  shift
  make_load_root
else
  make_daemon_root
fi || { echo "0 passed, 1 failed"; exit 1; }
(($#)) || set -- 5.10 6.1 6.12
(cd "$work/root" && find . | cpio -o -H newc --quiet) > "$work/initramfs"
for version; do
  echo "test: kernel $version"
  [[ -n ${suites[$version]:-} ]] || { echo "kernels: which Debian release has $version?"; failed=$((failed + 1)); continue; }
  if fetch_kernel "$version"; then
    boot "$version"
    count "$version"
  else
    echo "kernels: $version could not be fetched from the mirror of Debian ${suites[$version]}"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
