# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a control plane: etcd, on the socket and with the files of k8s-dqlite.

A member without a vote (an etcd learner) takes no requests, so its socket is relayed to one that has a vote: so is that
of a member that was removed while it lives, which real MicroK8s goes on serving, too.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from microk8s_lab import backend, certificates, control_plane, etcd, files, locks, paths, roles, yamlish
from microk8s_lab.daemons import programs, relay

# The same on every freshly bootstrapped node of real MicroK8s: no identity.
BOOTSTRAP_ID = 3297041220608546238
# Seconds. At ROUND cluster.yaml is brought up to date and the leader adjusts votes, as dqlite does every 30 s.
POLL, ROUND, START_PATIENCE, REACH = 1.0, 30.0, 60.0, 1.0
RELAY = "relay.sock"
MEMBER_CERTIFICATE = "member.crt"


def run() -> int:
    """Run the database until it ends; returns 0 at once on a worker, which has none."""
    if locks.held(locks.NO_DQLITE):
        print("This node is a worker: it has no database.")
        return 0
    options = dict(word.removeprefix("--").split("=", 1) for word in programs.arguments("k8s-dqlite"))
    return Database(backend.folder(), Path(options["listen"].removeprefix("unix://"))).run()


class Database:
    """This node's member, from its files in ``folder``; the API server finds it at the socket ``listen`` in there."""

    def __init__(self, folder: Path, listen: Path | None = None) -> None:
        self._folder = folder
        self._listen = listen or folder / "kine.sock:12379"
        self._data = folder / "etcd"
        self._process: subprocess.Popen[bytes] | None = None
        self._own = yamlish.Member(BOOTSTRAP_ID, control_plane.BOOTSTRAP)

    def run(self) -> int:
        """Bring the member up and look after it; returns when etcd ends for another reason than having been removed."""
        relay.start(self._folder / RELAY, backend.pair(), backend.other_hosts)
        self._begin()
        due = 0.0
        while True:
            if self._process is not None and self._process.poll() is not None and not self._was_removed():
                print(f"etcd ended with status {self._process.returncode}")
                return 1
            try:
                leads = self._look_after_own_vote()
                if time.monotonic() >= due:
                    self._round(leads)
                    due = time.monotonic() + ROUND
            except etcd.EtcdError as exc:
                print(f"The database does not answer: {exc}")
            time.sleep(POLL)

    def forget_others(self) -> None:
        """Make the member, which must not be running, the only one of its cluster."""
        self._own = backend.noted_self() or self._own
        self._start("--force-new-cluster")
        try:
            self._move()
        finally:
            if self._process is not None:
                self._process.terminate()
                self._process.wait()
        self._note([self._own])

    def _begin(self) -> None:
        """Start as init.yaml, update.yaml or info.yaml ask for, in MicroK8s' order of importance."""
        init, update = self._folder / "init.yaml", self._folder / "update.yaml"
        voters = yamlish.cluster_of_init(init.read_text()) if init.exists() else []
        if voters:
            self._own = yamlish.Member(secrets.randbits(62), yamlish.address_of(init.read_text()))
            self._note([])
            initial = self._enter(voters)
            init.unlink()
            self._start(f"--initial-cluster={initial}", "--initial-cluster-state=existing")
            return
        self._own = backend.noted_self() or self._own
        if update.exists():
            # Makes a member that forgets all others, which is what update.yaml does to a cluster.
            self._own = yamlish.Member(self._own.id, yamlish.address_of(update.read_text()))
            self._start("--force-new-cluster")
            self._move()
            self._note([self._own])
            update.unlink()
            return
        if not self._data.exists():
            if backend.other_hosts():
                return  # Was about to start anew without a vote: the loop asks the others for it.
            self._note([self._own])
            init.unlink(missing_ok=True)
        self._start(f"--initial-cluster={self._own.id}=https://{self._own.address}")

    def _enter(self, voters: list[str]) -> str:
        """Have a voter add this member without a vote; etcd's description of the cluster that it then starts in."""
        sources = backend.remote(backend.host_of(voter) for voter in voters)
        source, peers = backend.peers(sources)
        if any(peer.address == self._own.address and peer.name for peer in peers):
            raise SystemExit(f"a member with address {self._own.address} is in the cluster already")
        if not any(peer.address == self._own.address for peer in peers):
            source.add_learner(self._own.address)
            peers = source.peers()
        self._note(roles.members(peers))
        named = [peer for peer in peers if peer.name and peer.address != self._own.address]
        listed = [*((peer.name, peer.address) for peer in named), (str(self._own.id), self._own.address)]
        return ",".join(f"{name}=https://{address}" for name, address in listed)

    def _start(self, *more: str) -> None:
        """Start etcd; the API server's socket leads to the relay until it is known that this member has a vote."""
        self._lead_to(RELAY if backend.other_hosts() else backend.SOCKET)
        host = backend.host_of(self._own.address)
        certificates.create_member(backend.pair(), host, self._folder / MEMBER_CERTIFICATE)
        self._process = subprocess.Popen(
            [str(paths.snap("bin", "etcd")), *self._command(), *more], env=programs.environment("k8s-dqlite")
        )

    def _move(self) -> None:
        """Tell etcd this member's new address, which it keeps in its data."""
        deadline = time.monotonic() + START_PATIENCE
        while True:
            try:
                (peer,) = backend.local().peers()
                backend.local().move(peer.id, self._own.address)
            except (etcd.EtcdError, ValueError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def _was_removed(self) -> bool:
        """Whether the others say that this member is none; when they want it back, without its data, it comes back."""
        try:
            source, peers = backend.peers(backend.remote(backend.other_hosts()))
        except etcd.EtcdError:
            return False
        listed = [peer for peer in peers if peer.address == self._own.address]
        if any(peer.name for peer in listed):
            return False
        self._lead_to(RELAY)
        if self._process is not None:
            print("This member was removed from the cluster")
            self._process = None
        self._write_cluster(peers)
        if listed:
            shutil.rmtree(self._data, ignore_errors=True)
            named = ",".join(f"{peer.name}=https://{peer.address}" for peer in peers if peer.name)
            initial = f"{named},{self._own.id}=https://{self._own.address}"
            self._start(f"--initial-cluster={initial}", "--initial-cluster-state=existing")
        return True

    def _look_after_own_vote(self) -> bool:
        """Lead the API server's socket to where it is answered, ask for a vote where one is due; whether this one leads."""
        if self._process is None:
            self._was_removed()
            return False
        status = backend.local().status()
        own = status["header"]["member_id"]
        if status.get("isLearner"):
            self._lead_to(RELAY)
            source, peers = backend.peers(backend.remote(backend.other_hosts()))
            if roles.promotes_itself(self._own.address, peers, _online(peers)):
                source.promote(own)
            return False
        self._lead_to(backend.SOCKET)
        return status.get("leader") == own

    def _round(self, leads: bool) -> None:
        """Write cluster.yaml; the leader also gives or takes one vote."""
        source, peers = backend.peers()
        self._write_cluster(peers)
        change = roles.adjustment(self._identity(peers), peers, _online(peers)) if leads else None
        if change is None:
            return
        print(f"{change.peer.address}: {'gets' if change.vote else 'loses'} its vote")
        if change.vote:
            source.promote(change.peer.id)
        else:
            source.remove(change.peer.id)
            source.add_learner(change.peer.address)

    def _identity(self, peers: list[etcd.Peer]) -> str:
        return next((peer.id for peer in peers if peer.address == self._own.address), "")

    def _note(self, members: list[yamlish.Member]) -> None:
        """Write info.yaml, whose role is 0 whatever the role, and cluster.yaml."""
        files.write(self._folder / "info.yaml", yamlish.info_yaml(self._own))
        if members:
            files.write(self._folder / "cluster.yaml", yamlish.cluster_yaml(members))

    def _write_cluster(self, peers: list[etcd.Peer]) -> None:
        files.write(self._folder / "cluster.yaml", yamlish.cluster_yaml(roles.members(peers)))

    def _lead_to(self, name: str) -> None:
        """Make the API server's socket a link to another one; what is connected stays so."""
        if self._listen.is_symlink() and os.readlink(self._listen) == name:
            return
        fresh = self._listen.with_name(f".{name}.link")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(name)
        fresh.replace(self._listen)

    def _command(self) -> list[str]:
        authority, key = backend.pair()
        peer, host = f"https://{self._own.address}", backend.host_of(self._own.address)
        return [
            f"--name={self._own.id}",
            f"--data-dir={self._data}",
            "--unsafe-no-fsync",
            "--log-level=warn",
            # The lab's hosts share two cores: a slow member is not a dead one.
            "--heartbeat-interval=200",
            "--election-timeout=2000",
            "--max-learners=16",
            # As with dqlite, a dead voter keeps nobody from joining or leaving.
            "--strict-reconfig-check=false",
            f"--listen-client-urls=unix://{self._folder / backend.SOCKET},https://{host}:{etcd.PORT}",
            f"--advertise-client-urls=https://{host}:{etcd.PORT}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            *(
                f"--{side}{option}"
                for side in ("", "peer-")
                for option in (
                    f"cert-file={self._folder / MEMBER_CERTIFICATE}",
                    f"key-file={key}",
                    f"trusted-ca-file={authority}",
                    "client-cert-auth",
                )
            ),
        ]


def _online(peers: list[etcd.Peer]) -> set[str]:
    """The addresses of those members that take a connection."""
    return {peer.address for peer in peers if _answers(peer.address)}


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), REACH).close()
    except OSError:
        return False
    return True
