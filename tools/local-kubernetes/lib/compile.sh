#!/usr/bin/env bash
# compile.sh OUTDIR: compiles Kubernetes, CoreDNS, KWOK and the small "pause" from Go modules into OUTDIR.
#
# Kubernetes is published as Go modules too, but its go.mod names its own parts by relative paths. The go.mod here
# is Kubernetes' own with those paths replaced by the published versions, plus CoreDNS and KWOK, so that the three
# share each compiled package. About ten minutes of CPU the first time, seconds afterwards (Go's own cache).
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
out=$1

go_version=$(go env GOVERSION 2>/dev/null || true)
[[ $go_version =~ ^go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 24 ] ||
  die "Go 1.24 or newer is needed to compile Kubernetes, found '${go_version:-none}' on the PATH" "install Go and try again"

work=$(mktemp -d)
compiler=
trap '[ -z "$compiler" ] || kill "$compiler" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -r "$TOOL/go/." "$work/"
rm -rf "$work/kwok-src"
export CGO_ENABLED=0 GOFLAGS="-buildvcs=false -mod=readonly" GOTOOLCHAIN=local

# KWOK 0.7.0 is written against the API machinery before 0.34, which dropped one constant; later versions want
# a newer Kubernetes. So a copy of it is patched.
say "fetching KWOK $KWOK_VERSION"
module=$(cd / && GOFLAGS= go mod download -json "sigs.k8s.io/kwok@$KWOK_VERSION") ||
  die "the Go module sigs.k8s.io/kwok@$KWOK_VERSION cannot be fetched" "check the network and GOPROXY ($(go env GOPROXY))"
[ "$(jq -r .Sum <<<"$module")" = "$KWOK_SUM" ] ||
  die "sigs.k8s.io/kwok@$KWOK_VERSION: checksum $(jq -r .Sum <<<"$module"), expected $KWOK_SUM" "do not use this module proxy"
cp -r "$(jq -r .Dir <<<"$module")" "$work/kwok-src"
chmod -R u+w "$work/kwok-src"
sed -i 's/metav1.InitialEventsListBlueprintAnnotationKey/"kubernetes.io\/initial-events-list-blueprint"/' \
  "$work/kwok-src/pkg/utils/informer/informer.go"

# Without these flags every component calls itself v0.0.0-master.
flags=
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  for pair in "gitVersion=v$KUBERNETES_VERSION" gitMajor=1 "gitMinor=$(cut -d. -f2 <<<"$KUBERNETES_VERSION")" \
    gitTreeState=clean gitCommit=module buildDate=2026-01-01T00:00:00Z; do
    flags+=" -X $package.$pair"
  done
done

say "compiling Kubernetes $KUBERNETES_VERSION, CoreDNS and KWOK with $(nproc) cores (several minutes the first time)"
mkdir -p "$out"
(cd "$work" && exec setpriv --pdeathsig TERM go build -v -trimpath -ldflags "-s -w $flags" -o "$out/" \
  ./pause ./kube1 ./coredns sigs.k8s.io/kwok/cmd/kwok) >"$work/log" 2>&1 &
compiler=$!
last=$(date +%s)
while running "$compiler"; do
  sleep 1
  if [ $(($(date +%s) - last)) -ge 10 ]; then
    last=$(date +%s)
    fetched=$(grep -c '^go: downloading' "$work/log" || true)
    compiled=$(grep -vc '^go: ' "$work/log" || true)
    say "compiling: $fetched modules fetched, $compiled packages compiled"
  fi
done
if ! wait "$compiler"; then
  compiler=
  grep -v '^[a-z0-9./_-]*$' "$work/log" | tail -20 >&2 || true
  die "the compilation of Kubernetes failed (the last lines are above)" "check the network and the free disk space (5 GB), then 'cluster prepare' again"
fi
compiler=
for link in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do
  ln -sfn kube1 "$out/$link"
done
