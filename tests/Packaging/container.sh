#!/usr/bin/env bash
# container.sh SERVICE IMAGE HOST [NAME=VALUE ...]: runs the Dockerfile's entry point in the directory IMAGE with the mounts, variables
# and capabilities that compose.yaml gives SERVICE, without Docker; called by chroot.sh with a mount namespace of its own
# (unshare --mount). HOST/etc and HOST/NAME stand for the host's /etc and for volumes. What it does not have of a container:
# overlay, cgroup, rules for devices and system calls (the compose file turns the latter off).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
readonly service=$1 image=$2 host=$3
shift 3
readonly dockerfile=packaging/container/Dockerfile compose=packaging/container/compose.yaml

# What compose.yaml has below a key of the service: a line an item, or "key: value".
of_service() { # key
  awk -v service="$service:" -v key="$1:" '
    /^  [a-z]/ { here = $1 == service; inside = 0 }
    /^    [a-z]/ {
      inside = here && $1 == key
      if (inside && sub(/.*\[/, "")) { sub(/\].*/, ""); gsub(/, */, "\n"); print; inside = 0 }
      else if (inside && NF > 1) { print $2; inside = 0 }
      next
    }
    inside && !/#/ { sub(/^ *(- )?/, ""); print }' $compose
}

mapfile -t entry < <(sed -n 's/^ENTRYPOINT \["\(.*\)"\]/\1/p' $dockerfile | sed 's/", "/\n/g')
mapfile -t volumes < <(of_service volumes)
mapfile -t tmpfs < <(of_service tmpfs | tr -d '"')
mapfile -t variables < <(of_service environment | sed 's/: /=/')
mapfile -t capabilities < <(of_service cap_add)
privileged=$(of_service privileged) read_only=$(of_service read_only)
((${#entry[@]} && ${#volumes[@]}))

# Where the other side of a volume is; one with a name begins as a copy of what the image has there.
source_of() { # volume
  local from=${1%%:*} to=${1#*:}
  case $from in
    /etc/*) echo "$host$from" ;;
    /*) echo "$from" ;;
    *)
      [[ -d $host/$from ]] || cp -a "$image${to%%:*}" "$host/$from"
      echo "$host/$from"
      ;;
  esac
}

mount --bind "$image" "$image"
cd "$image"
for directory in "${tmpfs[@]}"; do mkdir -p ".${directory%%:*}"; done
for volume in "${volumes[@]}"; do
  IFS=: read -r _ to _ <<< "$volume"
  from=$(source_of "$volume")
  if [[ -d $from ]]; then mkdir -p ".$to"; else touch ".$to"; fi
done
[[ $read_only != true ]] || mount -o remount,bind,ro .
cd "$image"
mount -t proc proc proc
mount --bind /sys sys
if [[ $privileged != true ]]; then
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -o remount,bind,ro sys
fi
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
ln -s pts/ptmx dev/ptmx
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
for directory in "${tmpfs[@]}"; do
  IFS=: read -r to mode <<< "$directory"
  mount -t tmpfs -o "${mode:-mode=1777}" tmpfs ".$to"
done
for volume in "${volumes[@]}"; do
  IFS=: read -r _ to mode <<< "$volume"
  from=$(source_of "$volume")
  mount --bind "$from" ".$to"
  [[ $mode != ro ]] || mount -o remount,bind,ro ".$to"
done

rights=()
if [[ $privileged != true ]]; then
  # sys_nice for the limit of nice values, which only who has CAP_SYS_RESOURCE can set; not everyone's root has.
  kept=$(printf ',+%s' "${capabilities[@],,}" sys_nice)
  rights=(setpriv --bounding-set "-all$kept" --inh-caps=-all --no-new-privs)
fi
exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}" "$@" "${rights[@]}" "${entry[@]}"
