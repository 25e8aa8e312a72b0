#!/usr/bin/env bash
# kwok.sh NAME COUNT: starts KWOK and brings the number of fake nodes to COUNT, spread over three zones, inside the
# cluster's namespaces. Pods on fake nodes become Ready without running anything: for tests of size.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"
count=$2
export KUBECONFIG=$RUN/kubeconfig
[[ $count =~ ^[0-9]+$ ]] || die "COUNT '$count' is not a number" "cluster kwok NAME 100"

start kwok "$BIN/kwok" --kubeconfig="$KUBECONFIG" --manage-all-nodes=false \
  --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake --cidr=10.246.0.0/16 --node-ip="$API_IP" \
  --node-lease-duration-seconds=40
for ((i = 0; i < count; i++)); do
  cat <<Y
---
apiVersion: v1
kind: Node
metadata:
  name: fake-$i
  annotations: {kwok.x-k8s.io/node: fake, node.alpha.kubernetes.io/ttl: "0"}
  labels: {type: kwok, kubernetes.io/hostname: fake-$i, kubernetes.io/os: linux, kubernetes.io/arch: amd64, topology.kubernetes.io/region: local, topology.kubernetes.io/zone: ${ZONES[i % 3]}}
status:
  allocatable: {cpu: "32", memory: 256Gi, pods: "250", ephemeral-storage: 1Ti}
  capacity: {cpu: "32", memory: 256Gi, pods: "250", ephemeral-storage: 1Ti}
Y
done >"$RUN/fake-nodes.yaml"
[ "$count" -eq 0 ] || "$BIN/kubectl" apply --server-side -f "$RUN/fake-nodes.yaml" >/dev/null
"$BIN/kubectl" get nodes -l type=kwok -o name | awk -F- -v count="$count" '$NF >= count' |
  xargs -r "$BIN/kubectl" delete --wait=false >/dev/null

ready() {
  [ "$("$BIN/kubectl" get --raw '/api/v1/nodes?labelSelector=type%3Dkwok' |
    jq '[.items[] | select(any(.status.conditions[]?; .type == "Ready" and .status == "True"))] | length')" -ge "$count" ]
}
must_run kwok 120 ready
say "$count fake nodes ready"
