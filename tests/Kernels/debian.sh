# How the tests get parts of other Debian releases: from the mirror that this machine's apt uses, with the suite replaced;
# apt and debootstrap check the signatures. Sourced.
readonly debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The mirror of the machine's own release (not of its security updates).
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' |
    awk '$2 == "main" && $1 !~ /security/ { print $1; exit }'
}

# apt-get or apt-cache of another release, which leaves the machine's own lists alone: debian_apt CACHE SUITE COMMAND...
debian_apt() {
  local state=$1/apt-$2 suite=$2 tool=$3
  shift 3
  mkdir -p "$state"/{lists/partial,archives/partial,no-parts}
  echo "deb [signed-by=$debian_keyring] $(debian_mirror) $suite main" > "$state/sources.list"
  "$tool" -qq -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts="$state/no-parts" \
    -o Dir::Etc::preferencesparts="$state/no-parts" -o Dir::State::lists="$state/lists" -o Dir::Cache="$state" \
    -o Dir::State::status=/dev/null -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}
