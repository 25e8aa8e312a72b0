#!/usr/bin/env bash
# namespace.sh NAME: the first process in a cluster's own network, mount and process namespaces. Lays out the mounts
# and then becomes the small program that collects dead processes. When it ends, the kernel ends every process of the
# cluster, and with the last of them the mounts and the network go away: that is how a cluster leaves nothing behind.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"

# Where /etc/resolv.conf really is, before /run is hidden.
resolv=$(readlink -f /etc/resolv.conf || echo /etc/resolv.conf)

# As after a boot: nothing in /run. Sockets of the containerds and the Pods' network namespaces live here.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns
# Paths that kubelet and CNI take no option for.
for folder in /var/lib/kubelet /var/lib/cni /var/log/containers; do
  mkdir -p "$folder"
  mount -t tmpfs tmpfs "$folder"
done
# Programs run by `cluster exec` find Services and Pods by their names.
printf 'nameserver %s\nsearch svc.cluster.local cluster.local\noptions ndots:5 timeout:2\n' "$DNS_IP" >"$RUN/resolv.host.conf"
mkdir -p "$(dirname "$resolv")"
[ -e "$resolv" ] || : >"$resolv"
mount --bind "$RUN/resolv.host.conf" "$resolv"

ip link set lo up
for ip in "$API_IP" "$DNS_IP" "$NODE_NET.11" "$NODE_NET.12" "$NODE_NET.13"; do ip address add "$ip/32" dev lo; done
# There is no default route here; without a route the API server could not reach webhooks by their Service address.
ip route replace "$SERVICE_CIDR" dev lo src "$API_IP"
sysctl -qw net.ipv4.ip_forward=1
[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || sysctl -qw net.bridge.bridge-nf-call-iptables=1

touch "$RUN/namespace-ready"
exec "$BIN/pause"
