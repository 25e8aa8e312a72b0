#!/usr/bin/env bash
# nodes.sh NAME [NODE]: three nodes in three zones, each with a containerd and a kubelet of its own, and what they
# share: kube-proxy, CoreDNS, the provisioner of local volumes and the loop that gives load balancers their addresses.
# Inside the cluster's namespaces. What runs already is left alone. With NODE only that node's kubelet is started again.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"
export KUBECONFIG=$RUN/kubeconfig
ulimit -n "$(ulimit -Hn)"

# A cgroup of the cluster's and the node's name, so that clusters and nodes do not meet. The process of this file's
# own cgroup is not touched. Both versions of cgroups are set up; only version 1 hands nothing down by itself.
make_cgroups() { # NODE
  local path=$CGROUP/$1 controller level file
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p "/sys/fs/cgroup/$path"
    for level in . "$CGROUP" "$path"; do
      for controller in $(cat "/sys/fs/cgroup/$level/cgroup.controllers"); do
        echo "+$controller" >"/sys/fs/cgroup/$level/cgroup.subtree_control" 2>/dev/null || true
      done
    done
    return
  fi
  for controller in /sys/fs/cgroup/*/; do
    controller=$(basename "$controller")
    [ "$controller" != unified ] || continue
    mkdir -p "/sys/fs/cgroup/$controller/$path"
  done
  for level in "$CGROUP" "$path"; do
    for file in cpuset.cpus cpuset.mems; do
      cat "/sys/fs/cgroup/cpuset/$file" >"/sys/fs/cgroup/cpuset/$level/$file"
    done
  done
}

start_containerd() { # NODE
  local node=$1 folder=$RUN/$1
  mkdir -p "$folder" "/run/$node"
  # restrict_oom_score_adj and oom_score: a machine may refuse root to lower it, and runc then ends without a word.
  cat >"$folder/containerd.toml" <<C
version = 2
root = "$folder/containerd"
state = "/run/$node/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs","io.containerd.snapshotter.v1.btrfs","io.containerd.snapshotter.v1.zfs","io.containerd.snapshotter.v1.devmapper","io.containerd.internal.v1.opt","io.containerd.tracing.processor.v1.otlp"]
oom_score = 0
[grpc]
  address = "/run/$node/containerd.sock"
[debug]
  level = "warn"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "localhost/pause:1"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$RUN/cni"
C
  start "containerd-$node" containerd -c "$folder/containerd.toml"
  must_run "containerd-$node" 30 ctr -a "/run/$node/containerd.sock" version
}

start_kubelet() { # NODE ZONE IP
  local node=$1 zone=$2 ip=$3 folder=$RUN/$1
  cat >"$folder/kubelet.yaml" <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $ip
port: 10250
healthzBindAddress: $ip
healthzPort: 10248
readOnlyPort: 0
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix:///run/$node/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP/$node
failCgroupV1: false
failSwapOn: false
clusterDomain: cluster.local
clusterDNS: [$DNS_IP]
resolvConf: $RUN/resolv.conf
podLogsDir: $folder/pods-log
volumePluginDir: $folder/volume-plugins
maxPods: 250
serializeImagePulls: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
configMapAndSecretChangeDetectionStrategy: Watch
syncFrequency: ${SYNC_FREQUENCY:-1m0s}
nodeStatusUpdateFrequency: 5s
nodeStatusReportFrequency: 1m0s
kubeAPIQPS: 100
kubeAPIBurst: 200
registryPullQPS: 0
eventRecordQPS: 0
shutdownGracePeriod: 0s
logging: {verbosity: 1}
C
  start "kubelet-$node" "$BIN/kubelet" --config="$folder/kubelet.yaml" --kubeconfig="$PKI/$node.kubeconfig" \
    --root-dir="$folder/kubelet" --cert-dir="$folder/kubelet-pki" --hostname-override="$node" --node-ip="$ip" \
    --node-labels="topology.kubernetes.io/zone=$zone,topology.kubernetes.io/region=local"
}

is_ready() { # NODE IP: the kubelet answers and the node says so (after a restart its old word is still there)
  curl -fsS --max-time 1 "http://$2:10248/healthz" &&
    [ "$("$BIN/kubectl" get --raw "/api/v1/nodes/$1" | jq -r '.status.conditions[] | select(.type == "Ready") | .status')" = True ]
}

if [ $# -gt 1 ]; then
  for i in "${!NODES[@]}"; do
    [ "${NODES[i]}" = "$2" ] || continue
    start_kubelet "$2" "${ZONES[i]}" "$NODE_NET.$((11 + i))"
    exit 0
  done
  die "no node '$2' in cluster $NAME" "the nodes are: ${NODES[*]}"
fi

# These two are the machine's, not the namespace's: they are only raised, never lowered.
for setting in fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=1048576; do
  [ "$(sysctl -n "${setting%=*}")" -ge "${setting#*=}" ] || sysctl -qw "$setting"
done
: >"$RUN/resolv.conf"
mkdir -p "$RUN/cni"
cat >"$RUN/cni/10-local.conflist" <<C
{"cniVersion":"1.0.0","name":"local","plugins":[
 {"type":"bridge","bridge":"cni0","isGateway":true,"hairpinMode":true,"ipMasq":false,
  "ipam":{"type":"host-local","dataDir":"/run/cni","ranges":[[{"subnet":"$POD_CIDR","rangeStart":"${POD_CIDR%.0/*}.10"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
 {"type":"portmap","capabilities":{"portMappings":true},"snat":true}]}
C
jobs=()
for node in "${NODES[@]}"; do
  { make_cgroups "$node" && start_containerd "$node"; } &
  jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job"; done
mapfile -t archives < <("$CHECKOUT/tools/images/build" pause busybox 2>/dev/null)
"$LIB/load.sh" "$NAME" "${archives[@]}" >/dev/null
for i in "${!NODES[@]}"; do start_kubelet "${NODES[i]}" "${ZONES[i]}" "$NODE_NET.$((11 + i))"; done
say "three containerds, images and kubelets started"

cat >"$RUN/Corefile" <<C
.:53 {
  bind $DNS_IP
  errors
  ready $DNS_IP:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig $KUBECONFIG
    pods insecure
    ttl 1
  }
  loadbalance
}
C
start coredns "$BIN/coredns" -conf "$RUN/Corefile"
# nftables, because the kernel may have no module for anything else. One kube-proxy: the nodes share a network namespace.
start kube-proxy "$BIN/kube-proxy" --kubeconfig="$PKI/kube-proxy.kubeconfig" --hostname-override="${NODES[0]}" \
  --proxy-mode="${PROXY_MODE:-nftables}" --cluster-cidr="$POD_CIDR" \
  --healthz-bind-address=127.0.0.1:10256 --metrics-bind-address=127.0.0.1:10249 --nodeport-addresses="$NODE_NET.0/24" \
  --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0
start provisioner "$BIN/kube1" provisioner "$KUBECONFIG" "$RUN/volumes"
start addresses "$LIB/addresses.sh" "$NAME"
"$BIN/kubectl" apply -f "$TOOL/conf/storage.yaml" >/dev/null
for i in "${!NODES[@]}"; do must_run "kubelet-${NODES[i]}" 90 is_ready "${NODES[i]}" "$NODE_NET.$((11 + i))"; done
say "nodes ready: ${NODES[*]}"
must_run coredns 30 curl -fsS --max-time 1 "http://$DNS_IP:8181/ready"
# A connection tried before kube-proxy has its rules hangs for minutes, hence the short limit.
must_run kube-proxy 30 curl -fsS --max-time 0.5 --cacert "$PKI/ca.crt" "https://${SERVICE_CIDR%.0/*}.1/readyz"
must_run provisioner 5 true
must_run addresses 5 true
say "DNS, kube-proxy, StorageClass standard and addresses of load balancers ready"
