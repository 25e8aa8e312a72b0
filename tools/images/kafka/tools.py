#!/usr/bin/env python3
"""tools.py LIBS BIN: writes a start script per Kafka tool into BIN.

The classes moved between versions (kafka.admin, kafka.tools, org.apache.kafka.tools), so each is looked up in the jars.
"""
import os
import sys
import zipfile

TOOLS = {  # script: class, memory other than the default
    "kafka-acls": ("AclCommand", None),
    "kafka-broker-api-versions": ("BrokerApiVersionsCommand", None),
    "kafka-cluster": ("ClusterTool", None),
    "kafka-configs": ("ConfigCommand", None),
    "kafka-console-consumer": ("ConsoleConsumer", "512M"),
    "kafka-console-producer": ("ConsoleProducer", "512M"),
    "kafka-consumer-groups": ("ConsumerGroupCommand", None),
    "kafka-dump-log": ("DumpLogSegments", None),
    "kafka-features": ("FeatureCommand", None),
    "kafka-get-offsets": ("GetOffsetShell", None),
    "kafka-leader-election": ("LeaderElectionCommand", None),
    "kafka-log-dirs": ("LogDirsCommand", None),
    "kafka-metadata-quorum": ("MetadataQuorumCommand", None),
    "kafka-producer-perf-test": ("ProducerPerformance", "512M"),
    "kafka-reassign-partitions": ("ReassignPartitionsCommand", None),
    "kafka-storage": ("StorageTool", None),
    "kafka-topics": ("TopicCommand", None),
}

libs, out = sys.argv[1:3]
found = {}
for jar in sorted(os.listdir(libs)):
    if not jar.startswith("kafka"):
        continue
    for entry in zipfile.ZipFile(os.path.join(libs, jar)).namelist():
        if entry.endswith(".class") and "$" not in entry:
            found.setdefault(entry[:-6].rsplit("/", 1)[-1], []).append(entry[:-6].replace("/", "."))

for script, (name, memory) in TOOLS.items():
    # Where both exist, the one in the newer package is the one that Kafka's own script starts.
    candidates = sorted(found.get(name, []), key=lambda c: not c.startswith("org.apache.kafka.tools."))
    if not candidates:
        sys.exit(f"error: no class {name} for {script}.sh in the jars of {libs}\nremedy: name its new class in {__file__}")
    path = os.path.join(out, script + ".sh")
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/bash\n")
        if memory:
            file.write(f'export KAFKA_HEAP_OPTS="${{KAFKA_HEAP_OPTS:--Xmx{memory}}}"\n')
        file.write(f'exec "$(dirname "$(readlink -f "${{BASH_SOURCE[0]}}")")/kafka-run-class.sh" {candidates[0]} "$@"\n')
    os.chmod(path, 0o755)
