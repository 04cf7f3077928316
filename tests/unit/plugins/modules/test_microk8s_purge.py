"""What of MicroK8s' data is wiped before it is removed."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_purge import overwrite, secret_files, snapshots

SECRET = (
    "1/certs/ca.key",
    "1/certs/ca.key.backup",
    "1/certs/serviceaccount.key",
    "1/var/kubernetes/backend/cluster.key",
    "1/credentials/client.config",
    "1/credentials/cluster-tokens.txt",
    "1/credentials/known_tokens.csv",
)
PUBLIC = ("1/certs/ca.crt", "1/args/kubelet", "1/credentials/readme.txt")
SAVED = """\
Set  Snap      Age    Version  Rev   Size    Notes
3    microk8s  1.2d   v1.35.0  8612  1.1GB   auto
4    lxd       1.2d   5.21     3214  1.1MB   -
12   microk8s  3m     v1.35.0  8612  1.1GB   auto
"""


def test_secret_files(tmp_path):
    for name in SECRET + PUBLIC:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("-----BEGIN")
    (tmp_path / "1/certs/link.key").symlink_to("/etc/hostname")
    assert sorted(secret_files(str(tmp_path))) == sorted(str(tmp_path / name) for name in SECRET)


def test_overwritten_in_place(tmp_path):
    path = tmp_path / "ca.key"
    path.write_bytes(b"secret" * 100)
    inode = path.stat().st_ino
    overwrite(str(path))
    assert (path.stat().st_ino, path.stat().st_size) == (inode, 600) and b"secret" not in path.read_bytes()


@pytest.mark.parametrize(("text", "ids"), [(SAVED, ["3", "12"]), ("No snapshots found.\n", []), ("", [])])
def test_snapshots(text, ids):
    assert snapshots(text) == ids
