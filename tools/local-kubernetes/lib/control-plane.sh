#!/usr/bin/env bash
# control-plane.sh NAME: etcd, API server, controller-manager and scheduler, inside the cluster's namespaces.
# What runs already is left alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"
export KUBECONFIG=$RUN/kubeconfig
ulimit -n "$(ulimit -Hn)"

"$LIB/pki.sh" "$NAME"
install -m 600 "$PKI/admin.kubeconfig" "$KUBECONFIG"

# etcd without fsync: a cluster for tests may lose its last second when the machine loses power.
start etcd "$BIN/etcd" "$RUN/etcd" 12379 12380
# The audit log holds one line per finished request (and one per opened watch), with user agent and microseconds:
# the benchmarks count requests with it. A large file, so that none is rotated away in the middle of a run.
start apiserver "$BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:12379 \
  --bind-address="$API_IP" --advertise-address="$API_IP" --secure-port=6443 \
  --service-cluster-ip-range="$SERVICE_CIDR" --cert-dir="$RUN/apiserver" \
  --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" --client-ca-file="$PKI/ca.crt" \
  --kubelet-client-certificate="$PKI/kubelet-client.crt" --kubelet-client-key="$PKI/kubelet-client.key" \
  --kubelet-preferred-address-types=InternalIP \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-signing-key-file="$PKI/sa.key" --service-account-key-file="$PKI/sa.pub" \
  --requestheader-client-ca-file="$PKI/ca.crt" --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
  --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --proxy-client-cert-file="$PKI/proxy-client.crt" --proxy-client-key-file="$PKI/proxy-client.key" \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true --profiling=false \
  --audit-policy-file="$TOOL/conf/audit.yaml" --audit-log-path="$LOGS/audit.jsonl" \
  --audit-log-maxsize=2000 --audit-log-maxbackup=1
must_run apiserver 60 curl -fsS --max-time 2 --cacert "$PKI/ca.crt" "https://$API_IP:6443/readyz"
say "API server ready"

# These two end when the API server does not answer, so they come after it.
start controller-manager "$BIN/kube-controller-manager" --kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
  --authentication-kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
  --authorization-kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
  --bind-address=127.0.0.1 --secure-port=10257 --cert-dir="$RUN/controller-manager" --leader-elect=false \
  --use-service-account-credentials=true --service-account-private-key-file="$PKI/sa.key" --root-ca-file="$PKI/ca.crt" \
  --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
  --cluster-cidr="$POD_CIDR" --allocate-node-cidrs=false --service-cluster-ip-range="$SERVICE_CIDR" \
  --node-monitor-period=2s --node-monitor-grace-period=20s --kube-api-qps=200 --kube-api-burst=400 --profiling=false
start scheduler "$BIN/kube-scheduler" --kubeconfig="$PKI/kube-scheduler.kubeconfig" \
  --authentication-kubeconfig="$PKI/kube-scheduler.kubeconfig" --authorization-kubeconfig="$PKI/kube-scheduler.kubeconfig" \
  --bind-address=127.0.0.1 --secure-port=10259 --cert-dir="$RUN/scheduler" --leader-elect=false \
  --kube-api-qps=200 --kube-api-burst=400 --profiling=false
must_run controller-manager 60 "$BIN/kubectl" get serviceaccount default
must_run scheduler 60 curl -fsSk --max-time 2 https://127.0.0.1:10259/healthz
say "controller-manager and scheduler ready"
