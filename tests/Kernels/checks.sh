# Checks by shell, of a daemon whose socket is $socket and whose programs are in $artifacts. Sourced.
failed=0
check() { # name, command...
  local name=$1
  shift
  if "$@" > check.log 2>&1; then
    echo "ok $name"
  else
    echo "not ok $name"
    failed=$((failed + 1))
    tail -n 20 check.log | sed 's/^/    /'
  fi
}
eventually() { # seconds, command...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}
sshlog() { "$artifacts/sshlog" --socket "$socket" "$@"; }
connect() { # port, options and destination...
  local port=$1
  shift
  ssh -F none -i user_key -p "$port" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    -o IdentitiesOnly=yes "$@"
}
lines() { sed 's/},{"session"/}\n{"session"/g'; }

# The session with a text in its JSON, once it is over: left in NAME.session.
is_over() { sshlog history --json | lines | grep -F "$2" | grep -F '"open":false' | head -n 1 > "$1.session"; [[ -s $1.session ]]; }
id_of() { sed 's/.*"session":"\([^"]*\)".*/\1/' "$1.session"; }
list_commands() { sshlog history "$(id_of "$1")" --json | lines > "$1.commands"; }
ran() { # name, argv in JSON, exit code
  grep -F "\"argv\":$2" "$1.commands" | grep -F "\"exit_code\":$3," || { cat "$1.commands"; return 1; }
}
replays() { sshlog replay "$(id_of "$1")" --no-wait > "$1.replay" && cmp "$1.printed" "$1.replay"; }
