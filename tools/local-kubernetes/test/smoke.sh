#!/usr/bin/env bash
# smoke.sh [NAME]: brings the cluster NAME (default: smoke) up and proves by use what the tests and the demo rely on:
# volumes, names, traffic across nodes, exec, logs, probes, CRDs, tokens, loss of a node, fake nodes, a restart of the
# whole cluster, two clusters at once, and that nothing is left after down. One to two minutes. Ends with "N passed, N failed".
set -uo pipefail
cluster=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/cluster
checkout=$(cd "$(dirname "$cluster")/../.." && pwd)
name=${1:-smoke}
passed=0 failed=0
check() { # TEXT COMMAND...
  local text=$1 began=$SECONDS
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok: $text ($((SECONDS - began)) s)"
  else
    failed=$((failed + 1))
    echo "FAILED: $text"
    tail -5 "$log" | sed 's/^/    /'
  fi
}
log=$(mktemp)
trap 'rm -f "$log"; "$cluster" down "$name" --wipe >/dev/null; "$cluster" down "$name-2" --wipe >/dev/null' EXIT
k() { "$cluster" kubectl "$name" "$@"; }
in_cluster() { "$cluster" exec "$name" "$@"; }
soon() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.3
  done
}
gone() { ! "$@"; }
reaches() { k exec "client-$1" -- curl -sS --max-time 3 "http://web-$2.web.default.svc.cluster.local:8080/" | grep "hello from $2"; }
fake_nodes() { [ "$("$cluster" kubectl "$name-2" get nodes -o name | wc -l)" = "$1" ]; }

check "up" "$cluster" up "$name"
check "up again says so" grep -q 'already up' <("$cluster" up "$name")
check "the jre image loads" "$cluster" load "$name" "$("$checkout/tools/images/build" jre)"
check "a second load skips it" grep -q 'node-b has localhost/jre:17' <("$cluster" load "$name" "$("$checkout/tools/images/build" jre)")

# One Pod per node with a volume; never Ready, so that its name is published only by publishNotReadyAddresses.
manifest() {
  cat <<Y
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: web}, ports: [{port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web-ready}
spec: {selector: {app: web}, publishNotReadyAddresses: true, ports: [{port: 80, targetPort: 8080}]}
Y
  local node
  for node in node-a node-b node-c; do
    cat <<Y
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: $node}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-$node, labels: {app: web}}
spec:
  hostname: web-$node
  subdomain: web
  nodeSelector: {kubernetes.io/hostname: $node}
  securityContext: {runAsUser: 1000, fsGroup: 1000}
  containers:
  - name: web
    image: localhost/busybox:1
    command: [sh, -c, 'echo hello from $node > /data/index.html; echo started; exec httpd -f -p 8080 -h /data']
    readinessProbe: {exec: {command: [test, -e, /data/ready]}, periodSeconds: 1}
    livenessProbe: {exec: {command: [test, -e, /data/index.html]}, periodSeconds: 1}
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: $node}}]
---
apiVersion: v1
kind: Pod
metadata: {name: client-$node, labels: {app: client}}
spec:
  nodeSelector: {kubernetes.io/hostname: $node}
  terminationGracePeriodSeconds: 1
  containers: [{name: client, image: "localhost/jre:17", command: [sleep, "100000"]}]
Y
  done
}
check "Pods with volumes apply (from standard input)" k apply -f - < <(manifest)
check "clients become ready on each node" k wait --for=condition=Ready pod -l app=client --timeout=60s
for node in node-a node-b node-c; do
  check "$node: a Pod with a claim runs" k wait --for=jsonpath='{.status.phase}'=Running "pod/web-$node" --timeout=60s
done
check "a failing exec probe keeps a Pod from Ready" [ "$(k get pod web-node-a -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}')" = False ]
for from in node-a node-c; do
  for to in node-a node-b; do
    check "client on $from reaches the not-ready Pod on $to by its headless name" \
      soon 20 reaches "$from" "$to"
  done
done
check "a ClusterIP answers a Pod" k exec client-node-a -- curl -fsS --max-time 3 http://web-ready/
check "a ClusterIP answers a program in 'cluster exec'" in_cluster curl -fsS --max-time 3 http://web-ready.default.svc/
check "logs" grep -q started <(k logs web-node-b)
check "exec passes standard input" grep -q ping <(echo ping | k exec -i client-node-b -- cat)
ingress() { k get service "$1" -o jsonpath='{.status.loadBalancer.ingress[0].ip}'; }
has_ingress() { [ -n "$(ingress "$1")" ]; }
balancer() { # NAME PORT [ANNOTATION]
  k apply -f - <<<"{apiVersion: v1, kind: Service, metadata: {name: $1, annotations: {${3:-}}}, spec: {type: LoadBalancer, selector: {app: web}, publishNotReadyAddresses: true, ports: [{port: $2, targetPort: 8080}]}}"
}
check "two Services of type LoadBalancer apply" eval 'balancer balanced-a 9000 && balancer balanced-b 9000'
check "each has an address" eval 'soon 5 has_ingress balanced-a && soon 5 has_ingress balanced-b'
address_a=$(ingress balanced-a) address_b=$(ingress balanced-b)
check "not the same" [ "$address_a" != "$address_b" ]
for address in "$address_a" "$address_b"; do
  check "$address answers a program in 'cluster exec'" soon 5 in_cluster curl -fsS --max-time 1 "http://$address:9000/"
  check "$address answers a Pod" soon 5 k exec client-node-c -- curl -fsS --max-time 1 "http://$address:9000/"
done
check "a Service that is to wait" balancer balanced-c 9000 'local-kubernetes.example/address: withheld'
check "has no address, and gets it afterwards" eval 'sleep 1; ! has_ingress balanced-c && balancer balanced-c 9000 "local-kubernetes.example/address: null" && soon 5 has_ingress balanced-c'
k delete service balanced-a >/dev/null
check "an address is free again when its Service has gone" soon 5 gone in_cluster bash -c "ip -4 address show dev lo to $address_a | grep -q ."
check "the others stay" in_cluster curl -fsS --max-time 1 "http://$address_b:9000/"
k exec web-node-a -- touch /data/ready >/dev/null
check "a passing exec probe makes it Ready" k wait --for=condition=Ready pod/web-node-a --timeout=10s

check "a CRD applies server-side" k apply --server-side -f - <<'Y'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things, singular: thing}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}, x-kubernetes-validations: [{rule: "self.size < 10"}]}}}}
Y
check "the CRD is established" k wait --for=condition=Established crd/things.example.com --timeout=10s
thing() { k apply --server-side -f - <<<"{apiVersion: example.com/v1, kind: Thing, metadata: {name: a}, spec: {size: $1}}"; }
check "a valid object is taken" thing 3
check "an invalid one is refused" gone thing 30

k apply -f - >/dev/null <<'Y'
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reader}
spec:
  selector: {matchLabels: {app: reader}}
  template:
    metadata: {labels: {app: reader}}
    spec:
      serviceAccountName: reader
      terminationGracePeriodSeconds: 1
      containers:
      - name: reader
        image: localhost/jre:17
        command:
        - bash
        - -c
        - |
          cd /var/run/secrets/kubernetes.io/serviceaccount
          until curl -fsS -A smoke-reader --cacert ca.crt -H "Authorization: Bearer $(cat token)" https://kubernetes.default.svc/api/v1/namespaces/default/pods >/tmp/pods; do sleep 1; done
          grep -c web-node-a /tmp/pods; exec sleep 100000
        readinessProbe: {exec: {command: [grep, -q, web-node-a, /tmp/pods]}, periodSeconds: 1}
Y
check "a Deployment reaches the API with its token" k rollout status deployment/reader --timeout=30s
state=${KAFKA_OPERATOR_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/kafka-operator}
check "the audit log has its request" soon 5 jq -en 'first(inputs | select(.userAgent == "smoke-reader" and .stage == "ResponseComplete" and .verb == "list" and .objectRef.resource == "pods" and (.requestReceivedTimestamp | length) == 27 and .stageTimestamp != null)) | true' "$state/$name/log/audit.jsonl"
check "the audit log has opened watches" soon 5 grep -q '"stage":"ResponseStarted".*"verb":"watch"' "$state/$name/log/audit.jsonl"

check "the exit code of 'cluster exec' is the command's" [ "$(in_cluster bash -c 'exit 7'; echo $?)" = 7 ]
check "'cluster exec' keeps the working directory" [ "$(cd "$checkout" && in_cluster pwd)" = "$checkout" ]
"$cluster" exec "$name" sleep 98765 & sleeper=$!
sleep 1
kill "$sleeper"
check "a killed 'cluster exec' takes its command along" soon 5 gone in_cluster pgrep -fx 'sleep 98765'

node_ready() { [ "$(k get node "$1" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}')" = "$2" ]; }
check "node-stop" "$cluster" node-stop "$name" node-b
check "the node is lost" soon 40 node_ready node-b Unknown
check "node-start" "$cluster" node-start "$name" node-b
check "the node is back" soon 20 node_ready node-b True

check "a second cluster, control plane only" "$cluster" up "$name-2" --control-plane
check "100 fake nodes in it" "$cluster" kwok "$name-2" 100
check "fewer again" "$cluster" kwok "$name-2" 30
check "30 remain" soon 10 fake_nodes 30
"$cluster" kubectl "$name-2" create deployment many --image=none.invalid/none:1 --replicas=100 >/dev/null
check "100 Pods on fake nodes" "$cluster" kubectl "$name-2" rollout status deployment/many --timeout=60s
check "the first cluster does not see them" [ "$(k get nodes -o name | wc -l)" = 3 ]
check "the second goes away" "$cluster" down "$name-2" --wipe

check "down keeps the data" "$cluster" down "$name"
check "up again" "$cluster" up "$name"
check "the Pods run again, on their old volumes" soon 60 in_cluster bash -c \
  'kubectl wait --for=condition=Ready pod/web-node-a --timeout=30s && kubectl exec web-node-a -- cat /data/ready'
check "down --wipe" "$cluster" down "$name" --wipe
check "no mounts are left" gone grep -q "$state/$name/" /proc/mounts
check "no control groups are left" gone compgen -G "/sys/fs/cgroup/*/kafka-operator-$name"
check "no processes are left" gone pgrep -f "$state/$name/"
check "no data is left" gone test -e "$state/$name"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
