# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The readers on files of whole hosts (fixtures/identity), and what would keep cloud-init off each."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import cloud_init, host, ssh_keys

HOSTS = Path(__file__).parents[3] / "fixtures/identity"
UUID = "4c4c4544-0051-3710-8052-b4c04f4d3132"
USER_DATA = "/var/lib/cloud/instance/cloud-config.txt"
ALL_ACTORS = ("set_hostname", "update_hostname", "update_etc_hosts")

# host: names, product UUID, system, hostnamed, order of names, resolved, NetworkManager, search, time service
SYSTEMS = {
    # A lab PC, installed from the medium with a desktop.
    "debian-12": (
        ("lab-pc", "lab-pc", "Lab PC"), UUID, ("debian", "12"), True,
        ["files", "mymachines", "mdns4_minimal", "dns", "myhostname"], False, True, ["lan"], "chrony",
    ),
    # The cloud image.
    "debian-13": (
        ("localhost", "localhost", ""), "", ("debian", "13"), True,
        ["files", "resolve", "dns", "myhostname"], True, False, ["."], "systemd-timesyncd",
    ),
    # Preinstalled on a Raspberry Pi.
    "ubuntu-20.04": (
        ("ubuntu", "ubuntu", ""), "", ("ubuntu", "20.04"), True,
        ["files", "dns"], True, False, ["fleet.example.org"], "systemd-timesyncd",
    ),
    # By the server installer.
    "ubuntu-22.04": (
        ("tb2", "tb2", ""), "", ("ubuntu", "22.04"), True,
        ["files", "dns"], True, False, ["lan"], "systemd-timesyncd",
    ),
    # A desktop.
    "ubuntu-24.04": (
        ("desk", "desk", ""), UUID, ("ubuntu", "24.04"), True,
        ["files", "mdns4_minimal", "dns"], True, True, ["."], "systemd-timesyncd",
    ),
    # On a Raspberry Pi, with user data by the program that wrote the card.
    "ubuntu-26.04": (
        ("raspberrypi", "raspberrypi", ""), "", ("ubuntu", "26.04"), True,
        ["files", "resolve", "dns"], True, False, ["lan"], "chrony",
    ),
    # Neither systemd nor a bus, no nsswitch.conf, no /etc/os-release.
    "minimal": (
        ("box", "box", ""), "", ("buildroot", ""), False,
        ["files", "dns"], False, False, [], "ntp",
    ),
}  # fmt: skip

# host: present, preserve_hostname, manage_etc_hosts, decided by, what it rewrites, modules to leave out
CLOUD = {
    "debian-12": (False, False, False, "", [], ()),
    "debian-13": (True, False, True, "/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg", ["hostname", "hosts_file"], ()),
    "ubuntu-20.04": (True, False, False, "/etc/cloud/cloud.cfg", ["hostname"], ()),
    "ubuntu-22.04": (True, True, False, USER_DATA, [], ()),
    # 99_local.cfg is read after 99-rosfleet.cfg.
    "ubuntu-24.04": (
        True,
        False,
        "localhost",
        "/etc/cloud/cloud.cfg.d/99_local.cfg",
        ["hostname", "hosts_file"],
        ALL_ACTORS[2:],
    ),
    "ubuntu-26.04": (True, False, True, USER_DATA, ["hostname", "hosts_file"], ALL_ACTORS),
    "minimal": (False, False, False, "", [], ()),
}


def test_every_recorded_host_is_read():
    assert set(SYSTEMS) == set(CLOUD) == {path.name for path in HOSTS.iterdir()}


@pytest.mark.parametrize("name", SYSTEMS)
def test_system(name):
    names, uuid, system, hostnamed, order, resolved, networkmanager, search, service = SYSTEMS[name]
    files = Files(str(HOSTS / name))
    running = set(host.process_names(files))
    assert host.read_names(files) == dict(zip(("kernel", "static", "pretty"), names))
    assert host.product_uuid(files.readable_text(host.PRODUCT_UUID)) == uuid
    assert tuple(host.read_distribution(files).values()) == system
    assert host.has_hostnamed(files) is hostnamed
    assert host.read_resolver(files, running) == {
        "hosts_order": order,
        "resolved": resolved,
        "networkmanager": networkmanager,
        "search": search,
        "hosts_file": "/etc/hosts",
    }
    assert host.time_service(running) == service


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("debian-12", ["ecdsa-sha2-nistp256", "ssh-ed25519"]),
        ("ubuntu-26.04", ["ssh-ed25519"]),
        ("minimal", ["ssh-ed25519"]),
    ],
)
def test_host_keys(name, types):
    assert [key.type for key in ssh_keys.read_host_keys(Files(str(HOSTS / name)))] == types


@pytest.mark.parametrize("name", CLOUD)
def test_cloud_init(name):
    present, preserve, manage, path, rewrites, left_out = CLOUD[name]
    files = Files(str(HOSTS / name))
    assert cloud_init.read_cloud_init(files) == {
        "present": present,
        "preserve_hostname": preserve,
        "manage_etc_hosts": manage,
        "decided_by": path,
        "rewrites": rewrites,
    }
    assert cloud_init.hold(cloud_init.read_sources(files)).left_out == left_out


@pytest.mark.parametrize("name", [name for name in CLOUD if CLOUD[name][0]])
def test_a_real_yaml_parser_reads_the_same(name):
    """What the line reader took, and the file that is written, as cloud-init itself reads them."""
    yaml = pytest.importorskip("yaml")
    files = Files(str(HOSTS / name))
    sources = cloud_init.read_sources(files)
    for source in sources:
        document = yaml.safe_load(files.text(source.path)) or {}
        assert set(source.values) == set(document) & set(cloud_init.KEYS)
        if cloud_init.MODULES in document:
            assert cloud_init.items(source.values[cloud_init.MODULES]) == document[cloud_init.MODULES]
        for key in {cloud_init.PRESERVE, cloud_init.MANAGE} & set(document):
            assert cloud_init.is_true(source.values[key]) is (document[key] is True)

    left_out = CLOUD[name][5]
    written = yaml.safe_load(cloud_init.hold(sources).text)
    assert (written[cloud_init.PRESERVE], written[cloud_init.MANAGE]) == (True, False)
    modules = yaml.safe_load(files.text(cloud_init.MAIN))[cloud_init.MODULES]
    kept = [module for module in modules if module not in left_out] if left_out else None
    assert written.get(cloud_init.MODULES) == kept
