import { NODE_ADDRESS_TOKEN } from '../../kafka/listeners';

/**
 * The start script of a node. It is the last guard of the data (decision 8): an empty volume is formatted only when the
 * operator said so for this Pod, a volume of another cluster or node is never touched, and a volume that this Pod has seen
 * formatted and that is empty now is a loss, not a beginning. It needs bash and what Kafka's own scripts need; curl is used
 * where there is one.
 *
 * Exit codes: 78 for what only a person can put right; else Kafka's own, with 143 (ended by SIGTERM) as 0.
 */
export const START_SCRIPT = `#!/bin/bash
# Starts one Kafka node: waits for a mesh sidecar, joins the configuration, formats what may be formatted, runs Kafka.
set -u

KAFKA_HOME="\${KAFKA_HOME:-/opt/kafka}"
WAIT_DIR="\${WAIT_DIR:-/var/run/wait}"
CONFIG_DIR="\${CONFIG_DIR:-/config}"
SECRET_DIR="\${SECRET_DIR:-/config-secret}"
PLACEMENT_DIR="\${PLACEMENT_DIR:-/placement}"
RUN_DIR="\${RUN_DIR:-/var/run/kafka-operator}"
SIDECAR_TIMEOUT="\${SIDECAR_TIMEOUT:-60}"
SIDECAR_PORT="\${SIDECAR_PORT:-15021}"
SIDECAR_OLD_PORT="\${SIDECAR_OLD_PORT:-15000}"

SERVER_PROPERTIES="$RUN_DIR/server.properties"
SEEN_FORMATTED="$RUN_DIR/seen-formatted"

say() { printf 'start: %s\\n' "$*"; }

refuse() {
  say "$*" >&2
  finish
  exit 78
}

finish() { rm -f "$WAIT_DIR/do-not-exit-yet"; }

# ---- signals: Kafka is told to stop and is waited for; before it runs there is nothing to wait for ----

kafka_pid=''
interrupted=0

on_term() {
  interrupted=1
  if [ -n "$kafka_pid" ]; then
    kill -TERM "$kafka_pid" 2>/dev/null
  else
    say 'stopped before Kafka was started'
    finish
    exit 0
  fi
}
trap on_term TERM INT

# ---- a mesh sidecar: no connection works before it is ready ----

http_ok() { # port path
  if command -v curl >/dev/null 2>&1; then
    curl -fsS -o /dev/null -m 2 "http://localhost:$1$2" 2>/dev/null
    return
  fi
  local status=''
  { exec 3<>"/dev/tcp/localhost/$1"; } 2>/dev/null || return 1
  printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$2" >&3
  IFS= read -r -t 2 status <&3
  exec 3>&-
  [[ "$status" == HTTP/*' 200'* ]]
}

wait_for_sidecar() {
  [ -n "\${ENVOY_SIDECAR_STATUS:-}" ] || return 0
  local waited=0
  until http_ok "$SIDECAR_PORT" /healthz/ready || http_ok "$SIDECAR_OLD_PORT" /ready; do
    if [ "$waited" -ge "$SIDECAR_TIMEOUT" ]; then
      say "the sidecar is not ready after $SIDECAR_TIMEOUT s (localhost:$SIDECAR_PORT/healthz/ready); Kafka is started without it" >&2
      return 0
    fi
    [ $((waited % 10)) -eq 0 ] && say 'waiting for the sidecar to be ready'
    sleep 1
    waited=$((waited + 1))
  done
  say 'the sidecar is ready'
}

# ---- the configuration: the plain part, the secret part, and the rack of the Kubernetes node ----

wait_for_placement() {
  [ -d "$PLACEMENT_DIR" ] || return 0
  local waited=0 placed=''
  while :; do
    placed="$(cat "$PLACEMENT_DIR/node" 2>/dev/null)"
    [ "$placed" = "\${NODE_NAME:-}" ] && return 0
    [ $((waited % 10)) -eq 0 ] && say "waiting for the rack of Kubernetes node \${NODE_NAME:-}; the placement is of node \${placed:-none}"
    sleep 1
    waited=$((waited + 1))
  done
}

append() { # file
  cat "$1" >>"$SERVER_PROPERTIES" || refuse "cannot read $1: see the volumes of the Pod"
  printf '\\n' >>"$SERVER_PROPERTIES"
}

join_configuration() {
  mkdir -p "$RUN_DIR"
  rm -f "$SERVER_PROPERTIES"
  (umask 077 && : >"$SERVER_PROPERTIES") || refuse "cannot write $SERVER_PROPERTIES: the directory must be writable for the user of the container"
  append "$CONFIG_DIR/broker-config"
  local file rack
  for file in "$SECRET_DIR"/*; do
    [ -f "$file" ] && append "$file"
  done
  if [ -d "$PLACEMENT_DIR" ]; then
    rack="$(cat "$PLACEMENT_DIR/rack" 2>/dev/null)"
    [ -n "$rack" ] && printf 'broker.rack=%s\\n' "$rack" >>"$SERVER_PROPERTIES"
  fi
  chmod 0600 "$SERVER_PROPERTIES"
}

property() { # key file: the last value of a key
  local line value=''
  while IFS= read -r line || [ -n "$line" ]; do
    line="\${line%$'\\r'}"
    [[ "$line" == "$1="* ]] && value="\${line#*=}"
  done <"$2"
  printf '%s' "$value"
}

# ---- formatting ----

check_identity() { # log directory
  local meta="$1/meta.properties" cluster node
  cluster="$(property cluster.id "$meta")"
  node="$(property node.id "$meta")"
  if [ -n "$cluster" ] && [ "$cluster" != "$CLUSTER_ID" ]; then
    refuse "cannot start: $1 holds data of cluster $cluster, this node belongs to cluster $CLUSTER_ID. Nothing was changed. Give the node the volume of this cluster, or an empty one."
  fi
  if [ -n "$node" ] && [ "$node" != "$NODE_ID" ]; then
    refuse "cannot start: $1 holds data of node $node, this is node $NODE_ID. Nothing was changed. Give the node its own volume, or an empty one."
  fi
}

holds_logs() { # log directory
  local entry
  for entry in "$1"/*/; do
    [ -d "$entry" ] && return 0
  done
  return 1
}

was_seen() { [ -f "$SEEN_FORMATTED" ] && grep -Fxq -- "$1" "$SEEN_FORMATTED"; }

remember() { was_seen "$1" || printf '%s\\n' "$1" >>"$SEEN_FORMATTED"; }

# How Kafka's tool is to format this node's metadata directory. Brokers, and controllers of a static quorum, need no flag.
format_flags() { # mode
  flags=()
  [[ ",$(property process.roles "$SERVER_PROPERTIES")," == *,controller,* ]] || return 0
  [ -z "$(property controller.quorum.voters "$SERVER_PROPERTIES")" ] || return 0
  if [ "$1" = initial ]; then
    [ -n "\${INITIAL_CONTROLLERS:-}" ] || refuse 'cannot format: FORMAT_MODE is initial and INITIAL_CONTROLLERS is empty. Report this.'
    flags=(--initial-controllers "$INITIAL_CONTROLLERS")
  else
    flags=(--no-initial-controllers)
  fi
}

run_format() { # mode
  format_flags "$1"
  say "formatting for cluster $CLUSTER_ID, node $NODE_ID, \${flags[*]:-no flags}"
  # The tool must not start the exporter of the server, nor take the memory of one.
  KAFKA_OPTS='' KAFKA_HEAP_OPTS='-Xmx256m' JMX_PORT='' \\
    "$KAFKA_HOME/bin/kafka-storage.sh" format --cluster-id "$CLUSTER_ID" --config "$SERVER_PROPERTIES" --ignore-formatted \${flags[@]+"\${flags[@]}"}
  local code=$?
  if [ "$code" -ne 0 ]; then
    say "cannot format: kafka-storage.sh ended with exit code $code" >&2
    finish
    exit "$code"
  fi
}

prepare_storage() {
  local metadata dir rest dirs=() empty=() formatted=0 logs=0
  : "\${CLUSTER_ID:?}" "\${NODE_ID:?}"
  metadata="$(property metadata.log.dir "$SERVER_PROPERTIES")"
  rest="$(property log.dirs "$SERVER_PROPERTIES")"
  while [ -n "$rest" ]; do
    dirs+=("\${rest%%,*}")
    [[ "$rest" == *,* ]] && rest="\${rest#*,}" || rest=''
  done
  [ "\${#dirs[@]}" -gt 0 ] && [ -n "$metadata" ] || refuse 'cannot start: the configuration names no log.dirs or no metadata.log.dir. Report this.'
  for dir in "\${dirs[@]}"; do
    mkdir -p "$dir" && [ -w "$dir" ] || refuse "cannot start: $dir is not writable for user $(id -u). Set podSecurityContext.fsGroup, or give the volume to that user."
    if [ -f "$dir/meta.properties" ]; then
      check_identity "$dir"
      formatted=$((formatted + 1))
      holds_logs "$dir" && logs=1
    elif was_seen "$dir"; then
      refuse "cannot start: $dir was formatted when this Pod started before and is empty now: its volume was lost. Delete the Pod once the volume is back; a volume that is lost for good must be given up in the KafkaCluster."
    else
      empty+=("$dir")
    fi
  done
  # A first formatting that was cut short leaves directories without any log in them: that is no data.
  [ "$logs" -eq 0 ] && [ ! -f "$metadata/meta.properties" ] && formatted=0
  if [ ! -f "$metadata/meta.properties" ] && [ "$formatted" -gt 0 ]; then
    refuse "cannot start: $metadata, where the metadata log lies, is empty while other directories of this node hold data. Bring its volume back; the node must not begin anew with the old data of the others."
  fi
  if [ "$formatted" -eq 0 ]; then
    case "\${FORMAT_MODE:-never}" in
      initial | join) run_format "$FORMAT_MODE" ;;
      *) refuse "cannot start: the volumes of this node are empty, and it is not new. If its data is lost for good, allow it with the annotation kafka.banzaicloud.io/recreate-volumes-of on the KafkaCluster." ;;
    esac
  elif [ "\${#empty[@]}" -gt 0 ]; then
    say "new directories: \${empty[*]}"
    run_format join
  fi
  for dir in "\${dirs[@]}"; do
    remember "$dir"
  done
}

# A broker that was ended after it heard who leads and before it read the first record never starts again: Kafka (4.3.1) finds
# a leader that is none of the voters it knows, and dies of the first answer, each time. Without a vote and without a record the
# file says nothing else, and Kafka asks anew. Of a controller it may hold a vote, so it stays.
forget_unread_leader() { # metadata log directory
  local log="$1/__cluster_metadata-0" file
  [ -f "$log/quorum-state" ] || return 0
  [[ ",$(property process.roles "$SERVER_PROPERTIES")," == *,controller,* ]] && return 0
  for file in "$log"/*.log "$log"/*.checkpoint; do
    [ -s "$file" ] && return 0
  done
  say 'no record of the metadata was read yet: asking anew who leads'
  rm -f "$log/quorum-state"
}

# ---- the run ----

run_kafka() {
  local code next
  "$KAFKA_HOME/bin/kafka-server-start.sh" "$SERVER_PROPERTIES" &
  kafka_pid=$!
  # A signal that came before the process id was known.
  [ "$interrupted" -eq 1 ] && kill -TERM "$kafka_pid" 2>/dev/null
  interrupted=0
  wait "$kafka_pid"
  code=$?
  while [ "$interrupted" -eq 1 ]; do
    interrupted=0
    wait "$kafka_pid"
    next=$?
    # 127: it ended in the moment of the signal and was waited for already.
    [ "$next" -eq 127 ] || code=$next
  done
  return "$code"
}

wait_for_sidecar
mkdir -p "$WAIT_DIR" && touch "$WAIT_DIR/do-not-exit-yet"
wait_for_placement
join_configuration
prepare_storage
forget_unread_leader "$(property metadata.log.dir "$SERVER_PROPERTIES")"
run_kafka
code=$?
finish
[ "$code" -eq 143 ] && code=0
[ "$code" -eq 0 ] || say "Kafka ended with exit code $code" >&2
exit "$code"
`;

const LAST_OF_CONFIGURATION = '  chmod 0600 "$SERVER_PROPERTIES"\n}\n';

/** Puts the address of the Kubernetes node where the configuration has a token for it; the placement may be older than the wish for one. */
const ADDRESS_FUNCTION = `
put_in_address() {
  local waited=0 address text
  until [ -s "$PLACEMENT_DIR/address" ]; do
    [ $((waited % 10)) -eq 0 ] && say "waiting for an address of type \${NODE_ADDRESS_TYPE:-} of Kubernetes node \${NODE_NAME:-}"
    sleep 1
    waited=$((waited + 1))
  done
  address="$(cat "$PLACEMENT_DIR/address")"
  text="$(cat "$SERVER_PROPERTIES")"
  printf '%s\\n' "\${text//${NODE_ADDRESS_TOKEN}/$address}" >"$SERVER_PROPERTIES"
}
`;

/** Adds the address of the Kubernetes node that the Pod landed on. */
const withAddress = (script: string): string =>
  script
    .replace(LAST_OF_CONFIGURATION, (found) => found + ADDRESS_FUNCTION)
    .replace('\njoin_configuration\n', (found) => `${found}put_in_address\n`);

const FIRST_OF_FORMAT = 'run_format() { # mode\n';
const LAST_FLAGS = ' ${flags[@]+"${flags[@]}"}\n';

/** Kept apart from the flags, which are logged. Of the users it says only that there are some. */
const USERS_FUNCTION = `# Users that the first controllers know from the beginning, one argument a line.
format_users() { # mode
  local line
  users=()
  [ "$1" = initial ] || return 0
  [ -s "$SECRET_DIR/format/format.args" ] || refuse "cannot format: $SECRET_DIR/format/format.args, which holds the users of the operator, is missing or empty: see the volumes of the Pod"
  while IFS= read -r line || [ -n "$line" ]; do
    [ -n "$line" ] && users+=("$line")
  done <"$SECRET_DIR/format/format.args"
  say "formatting with the users of the operator"
}

`;

/** Adds the users of the operator to the first records of a quorum. */
const withUsers = (script: string): string =>
  script
    .replace(FIRST_OF_FORMAT, (found) => `${USERS_FUNCTION}${found}  local users=()\n  format_users "$1"\n`)
    .replace(LAST_FLAGS, (found) => `${found.slice(0, -1)} \${users[@]+"\${users[@]}"}\n`);

/** The start script of a node that needs more than others. */
export function startScript({ address, users }: { readonly address: boolean; readonly users: boolean }): string {
  const script = address ? withAddress(START_SCRIPT) : START_SCRIPT;
  return users ? withUsers(script) : script;
}
