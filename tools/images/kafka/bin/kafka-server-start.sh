#!/bin/bash
# kafka-server-start.sh FILE.properties [--override KEY=VALUE]...: becomes the server, so that signals reach it.
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
if [ $# -eq 0 ]; then
  echo "usage: ${0##*/} FILE.properties [--override KEY=VALUE]..." >&2
  exit 1
fi
if [ -z "${KAFKA_LOG4J_OPTS:-}" ]; then
  if [ -e "$home/config/log4j2.yaml" ]; then
    export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$home/config/log4j2.yaml"
  else
    export KAFKA_LOG4J_OPTS="-Dlog4j.configuration=file:$home/config/log4j.properties"
  fi
fi
export KAFKA_HEAP_OPTS="${KAFKA_HEAP_OPTS:--Xmx1G -Xms1G}"
exec "$home/bin/kafka-run-class.sh" -name kafkaServer -loggc kafka.Kafka "$@"
