# Sourced by every script here: versions, folders, messages and process helpers.
# Nothing in this file starts or changes anything.
set -euo pipefail

KUBERNETES_VERSION=1.34.4
KWOK_VERSION=v0.7.0
# What the module proxy must answer for that version; the patched copy is not covered by go.sum.
KWOK_SUM=h1:+eGsNOIPapjsSzeZlOEcwbpyEVa2Vqlcafa0qIjaKV4=

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOOL=$(dirname "$LIB")
CHECKOUT=$(cd "$TOOL/../.." && pwd)

CACHE=${KAFKA_OPERATOR_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/kafka-operator}
STATE=${KAFKA_OPERATOR_STATE:-${XDG_STATE_HOME:-${HOME:?HOME is not set}/.local/state}/kafka-operator}

# Every cluster has a network namespace of its own, so all clusters use the same addresses.
API_IP=10.245.0.1
DNS_IP=10.245.0.53
NODE_NET=10.245.0
LOAD_BALANCER_NET=10.245.1
SERVICE_CIDR=10.96.0.0/16
POD_CIDR=10.244.0.0/16
NODES=(node-a node-b node-c)
ZONES=(zone-a zone-b zone-c)

started_at=${started_at:-$(date +%s%N)}
say() {
  local tenths=$((($(date +%s%N) - started_at) / 100000000))
  printf '%4d.%d s  %s\n' $((tenths / 10)) $((tenths % 10)) "$*"
}
die() { # what and where, then the remedy
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'remedy: %s\n' "$2" >&2
  exit 1
}

# A hash of file names and contents below the given files and folders: the key of a cached product.
sources_hash() {
  local file
  for file in "$@"; do [ -e "$file" ] || die "$file: no such file" "restore it from the repository"; done
  find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sed "s#$CHECKOUT/##" | sha256sum | cut -c1-12
}

binaries_dir() {
  printf '%s/local-kubernetes/kubernetes-%s-%s' "$CACHE" "$KUBERNETES_VERSION" \
    "$(sources_hash "$TOOL/go" "$LIB/compile.sh")"
}

# The first line of /proc/PID/stat after the name (which may hold spaces): field 20 of it is the start time.
# With the pid it names a process for good: a number that was given to another process later never matches.
start_time() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# Not `kill -0`: where PID 1 reaps late, a dead process answers it for a while.
running() {
  local pid
  for pid in "$@"; do
    grep -q '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" 2>/dev/null && return 0
  done
  return 1
}

wait_until() { # SECONDS COMMAND...: polls every 100 ms
  local tries=$(($1 * 10))
  shift
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

# --- one cluster -----------------------------------------------------------------------------------------------

use_cluster() { # NAME: sets the paths of that cluster
  [[ $1 =~ ^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$ ]] ||
    die "cluster name '$1': want 1 to 20 of a-z, 0-9 and '-', beginning with a letter" "choose another name"
  NAME=$1
  RUN=$STATE/$NAME
  LOGS=$RUN/log
  PIDS=$RUN/pid
  PKI=$RUN/pki
  CGROUP=kafka-operator-$NAME
  # A running cluster keeps to the binaries it was started with, also when the sources have changed since.
  BIN=$(cat "$RUN/binaries" 2>/dev/null || binaries_dir)/bin
  # The longest socket a kubelet makes; the kernel takes 107 characters.
  local socket=$RUN/node-a/kubelet/pod-resources/kubelet.sock
  [ ${#socket} -le 107 ] ||
    die "$socket: ${#socket} characters, a unix socket may have 107" "set KAFKA_OPERATOR_STATE to a shorter folder"
}

# The host's pid of the process that is PID 1 in the cluster's namespaces; fails when the cluster is not up.
init_pid() {
  local pid time
  [ -s "$RUN/init" ] || return 1
  read -r pid time <"$RUN/init"
  running "$pid" && [ "$(start_time "$pid")" = "$time" ] || return 1
  printf '%s' "$pid"
}

# --- inside the namespaces -------------------------------------------------------------------------------------

alive() { [ -s "$PIDS/$1" ] && running "$(cat "$PIDS/$1")"; }
start() { # NAME COMMAND...: a daemon, once
  local name=$1
  shift
  alive "$name" && return 0
  setsid nohup "$@" >"$LOGS/$name.log" 2>&1 </dev/null &
  echo $! >"$PIDS/$name"
}
stop() { # NAME...: TERM to all at once, KILL to what is left after 3 s
  local name pid pids=()
  for name in "$@"; do
    [ -s "$PIDS/$name" ] || continue
    pid=$(cat "$PIDS/$name")
    rm -f "$PIDS/$name"
    running "$pid" || continue
    kill "$pid" 2>/dev/null || true
    pids+=("$pid")
  done
  [ ${#pids[@]} -gt 0 ] || return 0
  local tries
  for tries in {1..30}; do
    running "${pids[@]}" || return 0
    sleep 0.1
  done
  kill -9 "${pids[@]}" 2>/dev/null || true
}
stop_now() { # NAME: for a daemon that keeps nothing
  [ ! -s "$PIDS/$1" ] || kill -9 "$(cat "$PIDS/$1")" 2>/dev/null || true
  rm -f "$PIDS/$1"
}
must_run() { # NAME SECONDS COMMAND...: waits for COMMAND; says why when the daemon NAME is gone instead
  local name=$1 tries=$(($2 * 10))
  shift 2
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    if ! alive "$name" || [ "$tries" -le 0 ]; then
      tail -5 "$LOGS/$name.log" >&2 || true
      die "$name did not become ready (its last lines are above, all of them in $LOGS/$name.log)" \
        "'cluster down $NAME --wipe' and 'cluster up $NAME' start from nothing"
    fi
    sleep 0.1
  done
}
