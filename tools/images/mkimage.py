#!/usr/bin/env python3
"""Packs OCI image archives without a container engine.

mkimage.py layer OUT.tar DIRECTORY [--owner PATH=UID:GID]...
    DIRECTORY as one layer. The same content gives the same bytes: names sorted, times fixed, owner root.
mkimage.py image OUT.tar NAME CONFIG_JSON LAYER.tar...
    an archive for `ctr images import` of those layers, lowest first.
"""
import hashlib
import io
import json
import os
import sys
import tarfile

FIXED_TIME = 1_700_000_000
LAYER = "application/vnd.oci.image.layer.v1.tar"


def layer(out, root, owners):
    def fixed(entry):
        uid, gid = owners.get(entry.name, (0, 0))
        entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime = uid, gid, "", "", FIXED_TIME
        return entry

    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(os.listdir(root)):
            archive.add(os.path.join(root, name), name, filter=fixed)


def digest_of_file(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return "sha256:" + digest.hexdigest()


def blob(value):
    data = json.dumps(value, sort_keys=True).encode()
    return data, "sha256:" + hashlib.sha256(data).hexdigest()


def image(out, name, config, layers):
    digests = [digest_of_file(path) for path in layers]
    config_data, config_digest = blob({
        "architecture": "amd64", "os": "linux", "config": config,
        "rootfs": {"type": "layers", "diff_ids": digests},
        "history": [{"created_by": "mkimage.py"} for _ in layers],
    })
    manifest_data, manifest_digest = blob({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config_digest, "size": len(config_data)},
        "layers": [{"mediaType": LAYER, "digest": digest, "size": os.path.getsize(path)} for digest, path in zip(digests, layers)],
    })
    index_data, _ = blob({"schemaVersion": 2, "manifests": [{
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": manifest_digest, "size": len(manifest_data),
        "annotations": {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rsplit(":", 1)[-1]},
    }]})
    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as archive:
        def put(path, data):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))

        put("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        put("index.json", index_data)
        put("blobs/sha256/" + config_digest[7:], config_data)
        put("blobs/sha256/" + manifest_digest[7:], manifest_data)
        for digest, path in dict(zip(digests, layers)).items():
            entry = tarfile.TarInfo("blobs/sha256/" + digest[7:])
            entry.size = os.path.getsize(path)
            with open(path, "rb") as file:
                archive.addfile(entry, file)


def main(arguments):
    if len(arguments) >= 3 and arguments[0] == "layer":
        out, root, rest = arguments[1], arguments[2], arguments[3:]
        owners = {}
        while rest:
            _, pair, rest = rest[0], rest[1], rest[2:]
            path, ids = pair.split("=")
            owners[path] = tuple(int(number) for number in ids.split(":"))
        layer(out, root, owners)
    elif len(arguments) >= 5 and arguments[0] == "image":
        image(arguments[1], arguments[2], json.loads(arguments[3]), arguments[4:])
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
