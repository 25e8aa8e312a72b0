/**
 * The readiness probe of a node (decision 9). It reads two values from the exporter in Kafka's own process and asks for
 * nothing else, so it costs the same on a node with ten partitions and with ten thousand. Nothing is ever killed for its
 * answer: there is no liveness probe.
 */
export const READY_SCRIPT = `#!/bin/bash
# Says whether this node serves. Arguments: its roles. A broker serves in state 3 (running), a controller as a member of
# the quorum: leader, follower, or observer while it waits to become a voter.
set -u

METRICS_PORT="\${METRICS_PORT:-9020}"
BROKER_METRIC=kafka_server_kafkaserver_brokerstate
QUORUM_METRIC=kafka_server_raft_metrics_current_state

broker_state=''
quorum_state=''

not_ready() {
  printf 'not ready: %s\\n' "$*"
  exit 1
}

ask() {
  local line name='name%5B%5D'
  { exec 3<>"/dev/tcp/localhost/$METRICS_PORT"; } 2>/dev/null || not_ready "nothing answers on port $METRICS_PORT: Kafka does not run yet"
  printf 'GET /metrics?%s=%s&%s=%s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$name" "$BROKER_METRIC" "$name" "$QUORUM_METRIC" >&3
  while IFS= read -r -t 3 line <&3; do
    line="\${line%$'\\r'}"
    case "$line" in
      "$BROKER_METRIC"[\\ {]*) broker_state="\${line##* }" ;;
      "$QUORUM_METRIC"{*'state="'*)
        line="\${line#*state=\\"}"
        quorum_state="\${line%%\\"*}"
        ;;
    esac
  done
  exec 3>&-
}

check_broker() {
  case "$broker_state" in
    3 | 3.0) ;;
    '') not_ready 'the broker does not say its state yet' ;;
    1 | 1.0) not_ready 'the broker starts (state 1)' ;;
    2 | 2.0) not_ready 'the broker recovers its log (state 2)' ;;
    6 | 6.0 | 7 | 7.0) not_ready "the broker stops (state \${broker_state%.0})" ;;
    *) not_ready "the broker is in state \${broker_state%.0}" ;;
  esac
}

check_controller() {
  case "$quorum_state" in
    leader | follower | observer) ;;
    '') not_ready 'the controller does not say its state yet' ;;
    *) not_ready "the controller is $quorum_state: the quorum has no leader that it knows" ;;
  esac
}

[ "$#" -gt 0 ] || not_ready 'no role was given'
ask
for role in "$@"; do
  case "$role" in
    broker) check_broker ;;
    controller) check_controller ;;
    *) not_ready "unknown role $role" ;;
  esac
done
`;
