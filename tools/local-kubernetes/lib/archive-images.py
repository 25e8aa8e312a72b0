#!/usr/bin/env python3
"""archive-images.py ARCHIVE: prints "NAME DIGEST" for each image of an OCI image archive."""
import json
import sys
import tarfile

with tarfile.open(sys.argv[1]) as archive:
    index = json.load(archive.extractfile("index.json"))
for manifest in index["manifests"]:
    name = manifest.get("annotations", {}).get("io.containerd.image.name")
    if name:
        print(name, manifest["digest"])
