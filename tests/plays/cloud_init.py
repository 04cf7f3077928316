"""The real cloud-init, in the lab's root image: what it says of files that it would be given."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from lab.cache import cache_root

IMAGE = cache_root() / "lab/rootfs"
HAS_IMAGE = pytest.mark.skipif(
    os.geteuid() != 0 or not (IMAGE / "usr/bin/cloud-init").exists(),
    reason="needs root, and cloud-init of the lab's root image: python3 -m lab up --bare",
)
# In mounts of its own, which end with it: the image stays as it is, whatever cloud-init would like to keep.
JUDGE = """
mount --bind {image} {image}
mount -o remount,bind,ro {image}
for folder in run tmp var/log; do mount -t tmpfs tmpfs {image}/$folder; done
mount --bind -o ro {folder} {image}/mnt
exec chroot {image} cloud-init schema --config-file /mnt/{name} --schema-type {kind}
"""
KINDS = {"user-data": "cloud-config", "network-config": "network-config"}


def judged(path: Path) -> str:
    """What cloud-init's own schema check finds wrong with a user-data or network-config; empty when all is well."""
    words = {"image": IMAGE.resolve(), "folder": path.parent, "name": path.name, "kind": KINDS[path.name]}
    script = JUDGE.format(**{key: shlex.quote(str(word)) for key, word in words.items()})
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-euc", script],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stderr if ran.returncode else ""
