#!/usr/bin/env python3
"""archive.py names ARCHIVE: prints "NAME DIGEST" for each image of an OCI image archive.

archive.py without DIGESTS ARCHIVE: writes ARCHIVE to standard output, leaving out the blobs that the file DIGESTS lists.
    A node that has the lower layers of an image is given only the new ones: a changed program loads in a moment.
"""
import json
import sys
import tarfile


def names(path):
    with tarfile.open(path) as archive:
        index = json.load(archive.extractfile("index.json"))
    for manifest in index["manifests"]:
        name = manifest.get("annotations", {}).get("io.containerd.image.name")
        if name:
            print(name, manifest["digest"])


def without(digests_path, path):
    with open(digests_path, encoding="utf-8") as file:
        known = {"blobs/" + line.strip().replace(":", "/") for line in file}
    with tarfile.open(path) as archive, tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as out:
        for entry in archive:
            # Manifests and configurations are small, and the import reads them from the archive.
            if entry.size < 65536 or entry.name not in known:
                out.addfile(entry, archive.extractfile(entry) if entry.isfile() else None)


if sys.argv[1] == "names":
    names(sys.argv[2])
else:
    without(sys.argv[2], sys.argv[3])
