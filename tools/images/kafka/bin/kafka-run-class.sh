#!/bin/bash
# kafka-run-class.sh [-name NAME] [-loggc] CLASS ARGUMENTS...: becomes the Java process of CLASS.
#
# Understands the variables of the scripts that Kafka ships: KAFKA_HEAP_OPTS, KAFKA_JVM_PERFORMANCE_OPTS, KAFKA_OPTS,
# KAFKA_LOG4J_OPTS, KAFKA_JMX_OPTS, JMX_PORT, KAFKA_GC_LOG_OPTS, CLASSPATH, LOG_DIR, JAVA_HOME. Each holds words
# separated by blanks, hence the unquoted uses below; nothing in them is taken for a file pattern.
set -uf
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

name=kafka gc_log=
while [ $# -gt 0 ]; do
  case $1 in
    -name) name=$2; shift 2 ;;
    -loggc) gc_log=yes; shift ;;
    *) break ;;
  esac
done
if [ $# -eq 0 ]; then
  echo "usage: ${0##*/} [-name NAME] [-loggc] CLASS ARGUMENTS..." >&2
  exit 1
fi

LOG_DIR=${LOG_DIR:-$home/logs}
# Not worth an end: in a container the root is often read-only, and logs go to standard output anyway.
[ -d "$LOG_DIR" ] || mkdir -p "$LOG_DIR" 2>/dev/null || true

: "${KAFKA_HEAP_OPTS:=-Xmx256M}"
: "${KAFKA_JVM_PERFORMANCE_OPTS:=-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -XX:MaxInlineLevel=15 -Djava.awt.headless=true}"
: "${KAFKA_JMX_OPTS:=-Dcom.sun.management.jmxremote=true -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false}"
if [ -n "${JMX_PORT:-}" ]; then
  KAFKA_JMX_OPTS+=" -Dcom.sun.management.jmxremote.port=$JMX_PORT"
  # One port for both halves of the protocol, unless another is named: firewalls and Services need to know it.
  case $KAFKA_JMX_OPTS in
    *jmxremote.rmi.port=*) ;;
    *) KAFKA_JMX_OPTS+=" -Dcom.sun.management.jmxremote.rmi.port=$JMX_PORT" ;;
  esac
fi
# Kafka 4 logs with log4j 2, Kafka 3 with log4j 1; the image holds the files of its own version only.
if [ -z "${KAFKA_LOG4J_OPTS:-}" ]; then
  if [ -e "$home/config/tools-log4j2.yaml" ]; then
    KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$home/config/tools-log4j2.yaml"
  else
    KAFKA_LOG4J_OPTS="-Dlog4j.configuration=file:$home/config/tools-log4j.properties"
  fi
fi
# A log of garbage collections is a file, so it is written only where one can be.
if [ -n "$gc_log" ] && [ -z "${KAFKA_GC_LOG_OPTS:-}" ] && [ -w "$LOG_DIR" ]; then
  KAFKA_GC_LOG_OPTS="-Xlog:gc*:file=$LOG_DIR/$name-gc.log:time,tags:filecount=10,filesize=100M"
fi

java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
exec "$java" $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS ${KAFKA_GC_LOG_OPTS:-} $KAFKA_JMX_OPTS \
  "-Dkafka.logs.dir=$LOG_DIR" $KAFKA_LOG4J_OPTS -cp "${CLASSPATH:+$CLASSPATH:}$home/libs/*" ${KAFKA_OPTS:-} "$@"
