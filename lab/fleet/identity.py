# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of who a host is: another's clone, renamed by cloud-init at every boot, or without the usual tools."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.cache import remove
from lab.fleet import keys, kinds, nics, state
from lab.fleet.plan import mac_address
from lab.fleet.shell import LabError
from lab.fleet.state import Fleet, Member

FACE = (
    "etc/machine-id",
    "etc/hostname",
    "etc/hosts",
    "etc/ssh/ssh_host_ed25519_key",
    "etc/ssh/ssh_host_ed25519_key.pub",
)
TOOLS = ("usr/bin/ping", "usr/bin/ip", "usr/bin/hostnamectl")

CLOUD_NAME = "cloud-image"
CLOUD_POLICY = "etc/cloud/ds-identify.cfg"
CLOUD_CONFIG = "etc/cloud/cloud.cfg.d/90_lab.cfg"
CLOUD_SEED = "var/lib/cloud/seed"
CLOUD_MEMORY = ("data", "instance", "instances", "sem")
CLOUD_FORGETS = "etc/systemd/system/cloud-init-main.service.d/lab.conf"
REWRITE = f"hostname: {CLOUD_NAME}\npreserve_hostname: false\nmanage_etc_hosts: true\n"
SOURCES = ("cfg", "user-data")


def clone(fleet: Fleet, member: Member, value: str) -> None:
    """Give the host the face of another, and Ansible the key to expect of it."""
    twin = other(fleet, member, value, "clone-identity")
    kept = _kept_face(member)
    if not kept.exists():
        _copy_face(_root(member), kept)
    _become(member, _root(twin))


def restore(_fleet: Fleet, member: Member, _value: str) -> None:
    """Give the host back the face that it had before it was a clone."""
    kept = _kept_face(member)
    if kept.exists():
        _become(member, kept)
        shutil.rmtree(kept)


def clone_mac(fleet: Fleet, member: Member, value: str) -> None:
    """Give the ROS NIC another host's MAC; SSH goes over the other NIC, so that both hosts can still be asked."""
    nics.set_ros_mac(member, mac_address(other(fleet, member, value, "clone-mac").host, "ros"))


def restore_mac(_fleet: Fleet, member: Member, _value: str) -> None:
    """Give the ROS NIC its own MAC."""
    nics.set_ros_mac(member, mac_address(member.host, "ros"))


def other(fleet: Fleet, member: Member, value: str, fault: str) -> Member:
    """The other host of a fault of two: the one named, or else the first robot. LabError when it is the same or off."""
    others = [name for name in fleet.members if name not in ("base", member.host.name)] or ["base"]
    named = fleet.running(value or others[0])
    if named is member:
        raise LabError(f"{fault} of {member.host.name} needs another host than itself: lab fault {fault} tb2 tb1")
    return named


def cloud_files(source: str) -> dict[str, str]:
    """The files (path below the root → text) that make cloud-init rewrite hostname and hosts file at every boot.

    The wish stands in a file of the image (``cfg``) or in user data (``user-data``), which beats all such files.
    cloud-init forgets at each boot that it has met the host, as on an image whose /var is volatile: else it would set
    the hostname only once. Networks, users and SSH host keys it leaves alone. Raises LabError for another source.
    """
    if source not in SOURCES:
        raise LabError(f"cloud-init-rewrites takes {' or '.join(SOURCES)}, not {source!r}.")
    quiet = "datasource_list: [NoCloud]\nnetwork: {config: disabled}\nssh_deletekeys: false\nusers: []\n"
    memory = " ".join(f"/var/lib/cloud/{part}" for part in CLOUD_MEMORY)
    return {
        CLOUD_POLICY: "policy: enabled\n",
        CLOUD_CONFIG: quiet + (REWRITE if source == "cfg" else ""),
        f"{CLOUD_SEED}/nocloud/meta-data": f"instance-id: {CLOUD_NAME}\n",
        f"{CLOUD_SEED}/nocloud/user-data": "#cloud-config\n" + (REWRITE if source == "user-data" else ""),
        CLOUD_FORGETS: f"[Service]\nExecStartPre=rm -rf {memory}\n",
    }


def wake_cloud_init(_fleet: Fleet, member: Member, value: str) -> None:
    """Let cloud-init rewrite hostname and hosts file from the next boot on."""
    for name, text in cloud_files(value or SOURCES[0]).items():
        path = _root(member) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def lull_cloud_init(_fleet: Fleet, member: Member, _value: str) -> None:
    """Let cloud-init sleep from the next boot on; what it wrote stays."""
    root = _root(member)
    for name in (CLOUD_CONFIG, CLOUD_SEED, CLOUD_FORGETS):
        remove(root / name)
    shutil.copy(_image(member) / CLOUD_POLICY, root / CLOUD_POLICY)


def strip_tools(_fleet: Fleet, member: Member, _value: str) -> None:
    """Take away tools that a minimal image lacks."""
    for name in TOOLS:
        (_root(member) / name).unlink(missing_ok=True)


def restore_tools(_fleet: Fleet, member: Member, _value: str) -> None:
    """Put the image's tools back."""
    for name in TOOLS:
        shutil.copy2(_image(member) / name, _root(member) / name)


def _become(member: Member, source: Path) -> None:
    root = _root(member)
    _copy_face(source, root)
    run_inside = kinds.of(member).run_inside
    run_inside(member, ["hostname", "--file", "/etc/hostname"])
    run_inside(member, ["systemctl", "restart", "ssh.service"])
    expect_key(member, member.host.management_address)


def expect_key(member: Member, address: str) -> None:
    """Let Ansible expect the host's own key at an address."""
    public_key = kinds.of(member).run_inside(member, ["cat", f"/{FACE[-1]}"])
    state.KNOWN_HOSTS.write_text(keys.with_host(state.KNOWN_HOSTS.read_text(), address, public_key))


def _copy_face(source: Path, target: Path) -> None:
    for name in FACE:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, target / name)


def _kept_face(member: Member) -> Path:
    return state.layer_of(member.host.name).folder / "identity"


def _image(member: Member) -> Path:
    return state.layer_of(member.host.name).image


def _root(member: Member) -> Path:
    return kinds.of(member).root(member)
