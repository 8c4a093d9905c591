#!/usr/bin/env bash
# Makes the Debian package from a published tree. Called by ./run package.
# package.sh PROGRAMS MANUALS OUTPUT-DIRECTORY: the self-contained programs, what sshlog-manuals wrote, and where the
# package goes. Prints the package's path.
set -euo pipefail
programs=$1 manuals=$2 output=$3
cd "$(dirname "$(readlink -f "$0")")/.."

readonly arch=$(dpkg --print-architecture)
readonly version=$(sed -n 's/.*<VersionPrefix>\(.*\)<.*/\1/p' Directory.Build.props)
# The same source gives the same package.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2> /dev/null || date +%s)
export SOURCE_DATE_EPOCH
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

into() { # mode, directory, files...
  local mode=$1 directory=$root/$2
  shift 2
  install -d -m 0755 "$directory"
  install -m "$mode" -t "$directory" "$@"
}

compress() { # directory: what policy wants compressed
  find "$1" -type f ! -name '*.gz' -exec gzip -9n {} +
}

install -d -m 0755 "$root/usr/lib/sshlog" "$root/usr/bin"
cp -r "$programs"/. "$root/usr/lib/sshlog/"
find "$root/usr/lib/sshlog" \( -name '*.pdb' -o -name '.built' -o -name 'createdump' -o -name 'SshLog.*.xml' -o -name 'Petabridge.*.xml' \) -delete
# A link of the published tree to the command; below it would be made to point at itself.
rm -f "$root/usr/lib/sshlog/sshlog"
# The command's directory has the runtime once more.
while IFS= read -r -d '' file; do
  cmp -s "$root/usr/lib/sshlog/$file" "$root/usr/lib/sshlog/cli/$file" && ln -sf "../$file" "$root/usr/lib/sshlog/cli/$file"
done < <(find "$root/usr/lib/sshlog/cli" -maxdepth 1 -type f -printf '%P\0')
find "$root/usr/lib/sshlog" -type d -exec chmod 0755 {} + -o -type f -exec chmod 0644 {} +
chmod 0755 "$root/usr/lib/sshlog/cli/sshlog" "$root/usr/lib/sshlog/sshlogd"
ln -s ../lib/sshlog/cli/sshlog "$root/usr/bin/sshlog"
# In sbin by its nature, in bin because the tool that it replaces was.
ln -s ../lib/sshlog/sshlogd "$root/usr/bin/sshlogd"

into 0644 usr/lib/systemd/system packaging/systemd/sshlogd.service
install -D -m 0644 packaging/systemd/sysusers.conf "$root/usr/lib/sysusers.d/sshlog.conf"
install -D -m 0644 packaging/systemd/tmpfiles.conf "$root/usr/lib/tmpfiles.d/sshlog.conf"
install -D -m 0644 hocon/sshlog.conf "$root/etc/sshlog/sshlog.conf"
into 0644 usr/share/sshlog hocon/reference.conf
install -d -m 0755 "$root/usr/share/sshlog/samples"
cp -r hocon/samples/. "$root/usr/share/sshlog/samples/"
ln -s /usr/share/sshlog/samples "$root/etc/sshlog/samples"

for section in 1 5 7 8; do
  into 0644 "usr/share/man/man$section" "$manuals/man/man$section/"*
done
compress "$root/usr/share/man"
into 0644 usr/share/bash-completion/completions "$manuals/bash-completion/completions/sshlog"
into 0644 usr/share/zsh/vendor-completions "$manuals/zsh/vendor-completions/_sshlog"
into 0644 usr/share/fish/vendor_completions.d "$manuals/fish/vendor_completions.d/sshlog.fish"
into 0644 usr/share/doc/sshlog-actors README.md LICENSE docs/*.md packaging/debian/copyright
install -m 0644 CHANGELOG.md "$root/usr/share/doc/sshlog-actors/changelog"
gzip -9n "$root/usr/share/doc/sshlog-actors/changelog"

install -d -m 0755 "$root/DEBIAN"
install -m 0755 -t "$root/DEBIAN" packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm
echo /etc/sshlog/sshlog.conf > "$root/DEBIAN/conffiles"
size=$(du -sk --exclude=DEBIAN "$root" | cut -f 1)
sed "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/" packaging/debian/control.in > "$root/DEBIAN/control"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
chmod 0644 "$root/DEBIAN/control" "$root/DEBIAN/conffiles" "$root/DEBIAN/md5sums"

mkdir -p "$output"
package=$output/sshlog-actors_${version}_$arch.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" > /dev/null
echo "$package"
