#!/usr/bin/env bash
# addresses.sh NAME: what the load balancer of a cloud does, inside the cluster's namespaces: each Service of type
# LoadBalancer gets an address of its own (status.loadBalancer.ingress), made as an alias on lo and taken away with the
# Service; kube-proxy leads it to the Pods. Runs as long as the cluster.
#
# Nothing is remembered: which address belongs to whom stands in the status of the Services, so a loop that is started
# again, or a cluster whose data was kept, goes on as it was.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"
API=https://$API_IP:6443

api() { # PATH OPTIONS...
  curl -fsS -A local-kubernetes/addresses --cacert "$PKI/ca.crt" --cert "$PKI/admin.crt" --key "$PKI/admin.key" "${@:2}" "$API$1"
}
set_ingress() { # NAMESPACE SERVICE JSON
  api "/api/v1/namespaces/$1/services/$2/status" --max-time 10 -o /dev/null -X PATCH \
    -H 'Content-Type: application/merge-patch+json' -d "{\"status\":{\"loadBalancer\":{\"ingress\":$3}}}"
}

# Out of a list of Services, one line each: "alias ADDRESS" that must be there, "give NAMESPACE SERVICE ADDRESS",
# "take NAMESPACE SERVICE". Who has an address keeps it; of two that have the same, the first; spec.loadBalancerIP is
# followed when it is in the net and free.
# shellcheck disable=SC2016 # $net is jq's
PLAN='
  def address: .status.loadBalancer.ingress[0].ip // "";
  def served: .spec.type == "LoadBalancer" and .spec.loadBalancerClass == null
    and .metadata.annotations["local-kubernetes.example/address"] != "withheld";
  def ours: startswith($net + ".");
  def free($taken): [.spec.loadBalancerIP // "" | select(ours)] + [range(1; 255) | "\($net).\(.)"]
    | map(select(. as $a | $taken | index($a) | not)) | first;
  .items as $all
  | ([$all[] | select(served and (address | ours)) | {uid: .metadata.uid, address: address}] | unique_by(.address)) as $have
  | [$all[] | select(served) | select(.metadata.uid as $u | all($have[]; .uid != $u))] as $need
  | (reduce $need[] as $s ({taken: [$have[].address], give: []};
       .taken as $taken | ($s | free($taken)) as $a
       | if $a == null then . else .taken += [$a] | .give += [$s.metadata + {address: $a}] end)) as $new
  | ($new.taken[] | "alias \(.)"),
    ($new.give[] | "give \(.namespace) \(.name) \(.address)"),
    ($all[] | select(.spec.type == "LoadBalancer" and (served | not) and (address | ours)) | "take \(.metadata.namespace) \(.metadata.name)")'

aliases() { ip -o -4 address show dev lo | grep -oE "inet $LOAD_BALANCER_NET\.[0-9]+" | cut -d' ' -f2 || true; }

reconcile() {
  local plan verb namespace service address wanted
  plan=$(api /api/v1/services --max-time 10 | jq -r --arg net "$LOAD_BALANCER_NET" "$PLAN") || return 1
  wanted=$(sed -n 's/^alias //p' <<<"$plan")
  # The alias first: who sees the address may connect to it.
  comm -13 <(aliases | sort) <(sort <<<"$wanted") | while read -r address; do
    [ -z "$address" ] || ip address add "$address/32" dev lo
  done
  # A Service that has gone meanwhile is no matter: the next event tells.
  grep -E '^(give|take) ' <<<"$plan" | while read -r verb namespace service address; do
    case $verb in
      give) set_ingress "$namespace" "$service" "[{\"ip\":\"$address\"}]" && say "$namespace/$service: $address" || true ;;
      take) set_ingress "$namespace" "$service" null && say "$namespace/$service: withheld" || true ;;
    esac
  done || true
  comm -23 <(aliases | sort) <(sort <<<"$wanted") | while read -r address; do
    ip address del "$address/32" dev lo && say "$address is free"
  done
}

# Each event of any Service, and the ones that all begin with, is a reason to look at all of them; many at once are one.
while true; do
  api '/api/v1/services?watch=true' -N 2>/dev/null | sed -u 's/.*/event/' | while read -r _; do
    while read -r -t 0.05 _; do :; done
    reconcile || say "the API server does not answer"
  done || true
  sleep 0.5
done
