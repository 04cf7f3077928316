# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's own files, one reader at a time."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import host


@pytest.mark.parametrize(
    ("text", "name"),
    [("tb1\n", "tb1"), ("tb1", "tb1"), ("# made by hand\n\n tb1 \nother\n", "tb1"), ("", ""), ("#tb1\n", "")],
)
def test_static_hostname(text, name):
    assert host.static_hostname(text) == name


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (
            'PRETTY_HOSTNAME="Lab robot 1"\nICON_NAME=computer\n',
            {"PRETTY_HOSTNAME": "Lab robot 1", "ICON_NAME": "computer"},
        ),
        ("PRETTY_HOSTNAME=tb1 # me\n", {"PRETTY_HOSTNAME": "tb1"}),
        ("# PRETTY_HOSTNAME=x\n\nA='b c'\n", {"A": "b c"}),
        ('NAME="Debian\nVERSION_ID=12\n', {"VERSION_ID": "12"}),
    ],
)
def test_assignments(text, variables):
    assert host.assignments(text) == variables


@pytest.mark.parametrize(
    ("text", "uuid"),
    [
        ("4C4C4544-0051-3710-8052-B4C04F4D3132\n", "4c4c4544-0051-3710-8052-b4c04f4d3132"),
        ("00000000-0000-0000-0000-000000000000\n", ""),
        ("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n", ""),
        ("FEFEFEFE-FEFE-FEFE-FEFE-FEFEFEFEFEFE\n", ""),
        ("03000200-0400-0500-0006-000700080009\n", ""),
        ("00020003-0004-0005-0006-000700080009\n", ""),
        ("Not Settable\n", ""),
        ("To be filled by O.E.M.\n", ""),
        ("", ""),
    ],
)
def test_product_uuid(text, uuid):
    assert host.product_uuid(text) == uuid


@pytest.mark.parametrize(
    ("text", "order"),
    [
        (
            "passwd: files\nhosts:          files mdns4_minimal [NOTFOUND=return] dns myhostname\n",
            ["files", "mdns4_minimal", "dns", "myhostname"],
        ),
        ("hosts: files resolve [!UNAVAIL=return] dns # comment\n", ["files", "resolve", "dns"]),
        ("# hosts: dns\n", ["files", "dns"]),
        ("", ["files", "dns"]),
    ],
)
def test_hosts_order(text, order):
    assert host.hosts_order(text) == order


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("nameserver 127.0.0.53\nsearch lab.example.org example.org\n", ["lab.example.org", "example.org"]),
        ("search a.example\ndomain b.example c.example\n", ["b.example"]),
        ("search\n#search a.example\n", []),
        ("", []),
    ],
)
def test_search_domains(text, domains):
    assert host.search_domains(text) == domains


@pytest.mark.parametrize(
    ("running", "service"),
    [({"chronyd", "sshd"}, "chrony"), ({"systemd-timesyn"}, "systemd-timesyncd"), ({"ntpd"}, "ntp"), ({"systemd"}, "")],
)
def test_time_service(running, service):
    assert host.time_service(running) == service


@pytest.mark.parametrize(
    ("paths", "there"),
    [
        (("run/systemd/system", "run/dbus/system_bus_socket", "usr/lib/systemd/systemd-hostnamed"), True),
        (("run/systemd/system", "run/dbus/system_bus_socket", "lib/systemd/systemd-hostnamed"), True),
        (("run/systemd/system", "run/dbus/system_bus_socket"), False),
        (("run/systemd/system", "usr/lib/systemd/systemd-hostnamed"), False),
        (("run/dbus/system_bus_socket", "usr/lib/systemd/systemd-hostnamed"), False),
    ],
)
def test_hostnamed(tmp_path, paths, there):
    for path in paths:
        (tmp_path / path).mkdir(parents=True)
    assert host.has_hostnamed(Files(str(tmp_path))) is there


def test_what_may_not_be_read_is_empty(tmp_path):
    def refuse(name, **_options):
        raise PermissionError(name)

    files = Files(str(tmp_path), opener=refuse)
    assert host.product_uuid(files.readable_text(host.PRODUCT_UUID)) == ""
    assert host.read_names(files) == {"kernel": "", "static": "", "pretty": ""}
