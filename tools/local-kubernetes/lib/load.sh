#!/usr/bin/env bash
# load.sh NAME ARCHIVE...: imports OCI image archives into the containerds of all three nodes, the nodes in parallel,
# inside the cluster's namespaces. What a node has already, a whole image or a layer of one, is skipped.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"
shift

load() { # NODE ARCHIVE...
  local node=$1 socket=/run/$1/containerd.sock have archive wanted
  shift
  # With fewer than all three nodes a Pod would fail only on the one that was forgotten.
  [ -S "$socket" ] || die "node $node of cluster $NAME has no containerd" "start it with 'cluster up $NAME'"
  have=$(ctr -a "$socket" -n k8s.io images ls | awk 'NR > 1 { print $1, $3 }')
  for archive in "$@"; do
    wanted=$(python3 "$LIB/archive.py" names "$archive")
    if [ -n "$wanted" ] && [ -z "$(grep -vxFf <(printf '%s\n' "$have") <<<"$wanted")" ]; then
      say "$node has ${wanted%% *}"
      continue
    fi
    python3 "$LIB/archive.py" without <(ctr -a "$socket" -n k8s.io content ls -q) "$archive" |
      ctr -a "$socket" -n k8s.io images import - >/dev/null ||
      die "$archive could not be imported into $node of cluster $NAME" "look at $LOGS/containerd-$node.log"
    say "$node took ${wanted%% *}"
  done
}

for archive in "$@"; do
  [ -r "$archive" ] || die "$archive: no such file" "'tools/images/build NAME' prints the paths of the archives it made"
done
jobs=()
for node in "${NODES[@]}"; do
  load "$node" "$@" &
  jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job"; done
