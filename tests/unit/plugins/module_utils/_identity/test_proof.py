# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers and echoes prove."""

from __future__ import annotations

import errno

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.proof import (
    Answer,
    Resolver,
    checksum,
    echo_request,
    is_echo_reply,
    judge_lookup,
    judge_reach,
    names_to_prove,
    read_resolver,
    to_reach,
)

TB1 = {"host": "alpha", "hostname": "tb1", "address": "10.0.0.1", "present": True, "port": 22}
TB2 = {"host": "beta", "hostname": "tb2", "address": "10.0.0.2", "present": True, "port": 2222}
OFF = {"host": "off", "hostname": "tb3", "address": "10.0.0.3", "present": False, "port": 22}
GOOD = b"127.0.0.1 localhost\n10.0.0.2 tb2\n"
NOBODY = Answer(trouble="Name or service not known")


def test_read_resolver():
    resolver = read_resolver(
        GOOD,
        "# comment\nhosts: files mdns4_minimal [NOTFOUND=return] dns # more\n",
        "# nameserver 10.9.9.9\nsearch lan\nnameserver 127.0.0.53\noptions edns0\n",
        "nameserver 10.0.0.53\nnameserver 10.0.0.54\n",
    )
    assert resolver == Resolver(GOOD, ("files", "mdns4_minimal", "dns"), ("127.0.0.53",), ("10.0.0.53", "10.0.0.54"))


@pytest.mark.parametrize("domain, names", [("", ["tb1", "tb3"]), ("lan", ["tb1", "tb3", "tb1.lan", "tb3.lan"])])
def test_every_name_is_asked_for_absent_hosts_and_the_own_one_too(domain, names):
    asked = names_to_prove([TB1, OFF], domain)
    assert [name for name, unused_entry in asked] == names
    assert [entry["host"] for unused_name, entry in asked] == ["alpha", "off"] * (len(names) // 2)


def test_who_is_to_be_reached():
    assert to_reach([TB1, TB2, OFF], "tb1") == [TB2]


def test_the_fleet_address_is_the_only_right_answer():
    assert judge_lookup("tb2", TB2, Answer(("10.0.0.2",)), "tb1", Resolver(GOOD)) is None


DNS = Resolver(GOOD.replace(b"tb2", b"nas"), nameservers=("10.0.0.53", "10.0.0.54"))
STUB = Resolver(b"", nameservers=("127.0.0.53",), upstream=("10.0.0.53",))
NO_FILES = Resolver(GOOD, ("dns",), ("10.0.0.53",))

# case: (name, host, answer, resolver, source, end of the message)
WRONG = {
    "an installer's line": (
        "tb2",
        TB2,
        Answer(("10.0.0.2", "127.0.1.1")),
        Resolver(GOOD + b"127.0.1.1\ttb2\n"),
        "line 3 of /etc/hosts ('127.0.1.1\ttb2')",
        "resolves 'tb2' to 10.0.0.2, 127.0.1.1 instead of 10.0.0.2; line 3 of /etc/hosts ('127.0.1.1\ttb2') says so. Fix: run",
    ),
    "IPv6 loopback": ("tb2", TB2, Answer(("127.0.0.1",)), Resolver(b"::1 tb2"), "line 1 of /etc/hosts ('::1 tb2')", ""),
    "DNS": (
        "tb2",
        TB2,
        Answer(("10.0.0.77",)),
        DNS,
        "DNS via 10.0.0.53, 10.0.0.54",
        "Fix: correct the record of 'tb2' there, or use identity_resolution: hosts",
    ),
    "DNS before the file": (
        "tb2",
        TB2,
        Answer(("10.0.0.77",)),
        Resolver(GOOD, ("dns", "files"), ("10.0.0.53",)),
        "DNS via 10.0.0.53",
        "Fix: put 'files' first in the line 'hosts: dns files' of /etc/nsswitch.conf",
    ),
    "no server is a local one": (
        "tb2",
        TB2,
        Answer(("10.0.0.77",)),
        Resolver(),
        "DNS via 127.0.0.1 (/etc/resolv.conf names no server)",
        "",
    ),
    "systemd-resolved by its stub": (
        "tb2.lan",
        TB2,
        Answer(("10.0.0.77",)),
        STUB,
        "systemd-resolved (DNS via 10.0.0.53)",
        "",
    ),
    "systemd-resolved by nsswitch": (
        "tb2",
        TB2,
        Answer(("10.0.0.77",)),
        Resolver(b"", ("resolve", "files")),
        "systemd-resolved (DNS via no server)",
        "",
    ),
    "a name of multicast DNS": (
        "tb2.local",
        TB2,
        Answer(("10.0.0.77",)),
        Resolver(b"", ("files", "mdns4_minimal", "dns")),
        "multicast DNS (nss-mdns)",
        "",
    ),
    "another plug-in": (
        "tb2",
        TB2,
        Answer(("10.0.0.77",)),
        Resolver(b"", ("files", "wins")),
        "'hosts: files wins' of /etc/nsswitch.conf",
        "",
    ),
    "the own name, by systemd": (
        "tb1",
        TB1,
        Answer(("10.0.0.1", "192.168.8.1")),
        Resolver(b"", ("files", "myhostname", "dns")),
        "systemd (nss-myhostname), with the addresses of this host's NICs,",
        "It is the host's own name, so every sudo there may wait for it. Fix: run role identity with",
    ),
    "nowhere": (
        "tb2",
        TB2,
        NOBODY,
        DNS,
        "/etc/hosts has no line for it, and DNS via 10.0.0.53, 10.0.0.54 gave no address",
        "tb1 cannot resolve 'tb2' (Name or service not known; expected 10.0.0.2)",
    ),
    "the file has it and nobody reads it": (
        "tb2",
        TB2,
        NOBODY,
        NO_FILES,
        "/etc/hosts has it in line 2, but DNS via 10.0.0.53 was asked instead",
        "Fix: put 'files' first",
    ),
}


@pytest.mark.parametrize("name, entry, answer, resolver, source, message", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_names_where_it_came_from(name, entry, answer, resolver, source, message):
    failure = judge_lookup(name, entry, answer, "tb1", resolver)
    assert (failure["source"], failure["answers"]) == (source, list(answer.addresses))
    assert (failure["kind"], failure["name"], failure["host"]) == ("resolve", name, entry["host"])
    assert failure["expected"] == entry["address"]
    assert message in failure["message"] and failure["message"].startswith("tb1 ")


@pytest.mark.parametrize("code", [0, errno.ECONNREFUSED])
def test_accepted_and_refused_are_both_there(code):
    assert judge_reach(TB2, code, "tb1") is None


@pytest.mark.parametrize(
    "code, message",
    [
        (
            errno.EHOSTUNREACH,
            "tb1 cannot reach tb2 at 10.0.0.2: no answer to ICMP echo, and TCP port 2222: No route to host. Likely nobody "
            "on that network has the address, or a firewall refuses. Fix: correct identity_address of beta, or see to its "
            "NIC and cable",
        ),
        (errno.ENETUNREACH, "Likely it has no route there. Fix: give tb1 an address in that network"),
        (errno.ETIMEDOUT, "TCP port 2222: Connection timed out. Likely a firewall, or an access point"),
        (errno.EMFILE, "TCP port 2222: Too many open files"),
    ],
)
def test_a_host_out_of_reach(code, message):
    failure = judge_reach(TB2, code, "tb1")
    assert message in failure["message"]
    assert (failure["kind"], failure["name"], failure["host"]) == ("reach", "tb2", "beta")
    assert (failure["expected"], failure["answers"], failure["source"]) == ("10.0.0.2", [], "")


def test_an_echo_request():
    """The example of RFC 1071's arithmetic is the test: summed up with its checksum, a message gives 0."""
    request = echo_request(0x1234, 7, b"token")
    assert (request[:2], request[4:]) == (b"\x08\0", b"\x12\x34\0\x07token")
    assert checksum(request) == 0
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2


IP = bytes([0x45]) + bytes(19)
IP_WITH_OPTIONS = bytes([0x46]) + bytes(23)
REPLY = b"\0\0\x12\x34\x56\x78\0\0token"


@pytest.mark.parametrize(
    "datagram, ip_header, matches",
    [
        (REPLY, False, True),
        (IP + REPLY, True, True),
        (IP_WITH_OPTIONS + REPLY, True, True),
        (IP + echo_request(1, 0, b"token"), True, False),
        (IP + REPLY[:-5] + b"other", True, False),
        (IP + REPLY + b"more", True, False),
        (IP + b"\x03\x01" + REPLY[2:], True, False),
        (IP, True, False),
        (IP + REPLY[:4], True, False),
        (b"", True, False),
        (b"", False, False),
    ],
)
def test_only_a_reply_to_us_counts(datagram, ip_header, matches):
    assert is_echo_reply(datagram, b"token", ip_header=ip_header) is matches
