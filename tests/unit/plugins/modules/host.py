"""A host for modules that run MicroK8s: its files below a folder, and a script in place of the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nb3VycyE=\n-----END CERTIFICATE-----\n"
LOCKS = {
    "absent": (),
    "standalone": ("installed.lock", "no-apiserver-proxy"),
    "worker": ("installed.lock", "clustered.lock", "no-k8s-dqlite"),
    "control_plane": ("installed.lock", "no-apiserver-proxy"),
}
# What makes a module tell how it was called; ansible-core 2.20 does not know of it, as its modules always do.
INVOCATION = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}

try:
    # Since ansible-core 2.22 a module tells the controller what is secret, and the controller masks it.
    from ansible.module_utils.secrets import mask_secrets as as_shown
except ImportError:

    def as_shown(printed):
        return printed


class Host:
    """Whose MicroK8s is in one of the roles of `microk8s_info`."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
        self.root, self._monkeypatch, self._capsys = root, monkeypatch, capsys
        self.data = root / "data"
        self.calls = root / "calls"
        command = root / "microk8s"
        for name, path in {
            "COMMAND": command,
            "JOIN_IN_PROGRESS": self.data / "var/lock/join-in-progress",
            "CLUSTER_TOKENS": self.data / "credentials/cluster-tokens.txt",
            "REQUEST_TOKENS": self.data / "credentials/certs-request-tokens.txt",
            "MINTED_TOKENS": root / "rosfleet/minted-tokens",
        }.items():
            monkeypatch.setattr(paths, name, str(path))
        for folder in ("proc", "data/var/lock", "data/credentials", "data/certs", "data/var/kubernetes/backend"):
            (root / folder).mkdir(parents=True)

    def use(self, module) -> None:
        """Let a module look at this host's files."""
        self._monkeypatch.setattr(module, "Files", lambda: Files(str(self.root)))
        self._monkeypatch.setattr(
            "ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state.SNAP_DATA", "/data"
        )

    def become(self, role: str) -> None:
        """Have the files of a role of `microk8s_info`."""
        for lock in (self.data / "var/lock").iterdir():
            lock.unlink()
        for lock in LOCKS[role]:
            (self.data / "var/lock" / lock).touch()
        (self.data / "certs" / ("ca.remote.crt" if role == "worker" else "ca.crt")).write_text(CERTIFICATE)
        addresses = ["127.0.0.1:19001"] if role == "standalone" else ["10.0.0.1:19001", "10.0.0.2:19001"]
        (self.data / "var/kubernetes/backend/cluster.yaml").write_text(
            "".join(f"- Address: {address}\n  Role: 0\n" for address in addresses)
        )

    def microk8s(self, script: str) -> None:
        """What the command does (shell), after noting how it was called; DATA is the folder of the snap's data."""
        path = self.root / "microk8s"
        path.write_text(f'#!/bin/sh\nDATA={self.data}\necho "$*" >> {self.calls}\n{script}\n')
        path.chmod(0o755)

    def called(self) -> list[str]:
        """How the command was called so far."""
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def run(self, module, **arguments):
        """(result, all that is shown) of the module's main(), which tells how it was called, as with -vvv."""
        with patch_module_args({**arguments, **INVOCATION}), pytest.raises(SystemExit):
            module.main()
        printed = self._capsys.readouterr()
        return json.loads(printed.out), as_shown(printed.out + printed.err)
