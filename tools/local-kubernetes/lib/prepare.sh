#!/usr/bin/env bash
# prepare.sh [--quiet]: everything that has to be done once per machine: Debian packages, the Go compilation, the two images
# that every node needs. Each product goes to the cache under a key of its sources, so a second run does nothing.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages_of=( # command=package
  containerd=containerd runc=runc iptables=iptables nft=nftables conntrack=conntrack ipset=ipset socat=socat jq=jq
  ip=iproute2 openssl=openssl curl=curl ps=procps python3=python3 nsenter=util-linux setpriv=util-linux
)
missing=()
for pair in "${packages_of[@]}"; do
  command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
done
[ -x /usr/lib/cni/bridge ] || missing+=(containernetworking-plugins)
[ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || missing+=(busybox-static)
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null ||
    die "these programs are missing: ${missing[*]} (Debian's names), and there is no apt-get" "install them by hand"
  say "installing ${missing[*]}"
  install=(apt-get install -y -qq --no-install-recommends "${missing[@]}")
  export DEBIAN_FRONTEND=noninteractive
  # The package lists may be absent or old; they are fetched only when the first try fails.
  "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; } ||
    die "apt-get could not install: ${missing[*]}" "run '${install[*]}' by hand and look at its errors"
fi

binaries=$(binaries_dir)
if [ ! -d "$binaries" ]; then
  mkdir -p "$(dirname "$binaries")"
  # One compilation at a time. Into a folder of its own, renamed at the end: an interrupted one leaves no result.
  exec 8>"$CACHE/local-kubernetes/lock"
  flock -n 8 || { say "waiting for another 'cluster prepare'"; flock 8; }
  if [ ! -d "$binaries" ]; then
    rm -rf "$binaries".* # of one that was killed
    temporary=$(mktemp -d "$binaries.XXXXXX")
    trap 'rm -rf "$temporary"' EXIT
    # As a job that is waited for, so that a signal to this script ends the compiler as well.
    started_at=$started_at setpriv --pdeathsig TERM "$LIB/compile.sh" "$temporary/bin" 8>&- &
    compile=$!
    trap 'kill "$compile" 2>/dev/null; wait "$compile" || true; exit 143' INT TERM
    wait "$compile" || exit 1
    trap - INT TERM
    mv -T "$temporary" "$binaries"
  fi
  exec 8>&-
  say "compiled: $binaries"
fi

"$CHECKOUT/tools/images/build" pause busybox >/dev/null
[ "${1:-}" = --quiet ] || say "prepared"
