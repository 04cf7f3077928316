# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host's lookups and echoes prove, and where a wrong answer came from. Private, may change at any time; pure."""

from __future__ import annotations

import errno
import os
import struct
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

from .host import hosts_order
from .hosts_file import lines_for

ECHO_REPLY, ECHO_REQUEST = 0, 8  # RFC 792
_ECHO = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence number
RESOLVED_STUBS = {"127.0.0.53", "127.0.0.54"}  # systemd-resolved(8)


@dataclass(frozen=True)
class Answer:
    """What a lookup gave: IPv4 addresses, or none and what the resolver said instead."""

    addresses: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Resolver:
    """What a host looks names up in."""

    hosts: bytes = b""  # /etc/hosts
    order: tuple[str, ...] = ("files", "dns")  # sources by nsswitch.conf
    nameservers: tuple[str, ...] = ()  # whom resolv.conf names
    upstream: tuple[str, ...] = ()  # whom systemd-resolved asks in its turn


def read_resolver(hosts: bytes, nsswitch: str, resolv_conf: str, resolved_conf: str) -> Resolver:
    """From /etc/hosts, /etc/nsswitch.conf, /etc/resolv.conf and /run/systemd/resolve/resolv.conf."""
    return Resolver(hosts, tuple(hosts_order(nsswitch)), _nameservers(resolv_conf), _nameservers(resolved_conf))


def _nameservers(resolv_conf: str) -> tuple[str, ...]:
    lines = (line.split() for line in resolv_conf.splitlines())
    return tuple(words[1] for words in lines if len(words) > 1 and words[0] == "nameserver")


def names_to_prove(fleet: Sequence[Mapping[str, Any]], domain: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Every name to look up, with the host it belongs to: the short ones, and those with the domain where there is one."""
    names = [(str(entry["hostname"]), entry) for entry in fleet]
    return names + [(f"{name}.{domain}", entry) for name, entry in names if domain]


def judge_lookup(
    name: str, entry: Mapping[str, Any], answer: Answer, own: str, resolver: Resolver
) -> Optional[dict[str, Any]]:
    """The failure that an answer means; None when it is the fleet address and nothing else."""
    expected = entry["address"]
    if set(answer.addresses) == {expected}:
        return None
    wrong = [address for address in answer.addresses if address != expected]
    is_own = entry["hostname"] == own
    if wrong:
        source, fix = _source_of_answer(name, wrong, is_own, resolver)
        what = f"resolves '{name}' to {', '.join(answer.addresses)} instead of {expected}; {source} says so"
    else:
        source, fix = _source_of_nothing(name, resolver)
        what = f"cannot resolve '{name}' ({answer.trouble}; expected {expected}); {source}"
    if is_own:
        what += ". It is the host's own name, so every sudo there may wait for it"
    message = f"{own} {what}. Fix: {fix}"
    return _failure("resolve", name, entry, list(answer.addresses), source, message)


def _source_of_answer(name: str, wrong: Sequence[str], is_own: bool, resolver: Resolver) -> tuple[str, str]:
    """(where a wrong answer came from, what to do about it)."""
    lines = lines_for(resolver.hosts, name)
    liars = [line for line in lines if line.address in wrong]
    if liars:
        return f"line {liars[0].number} of /etc/hosts ('{liars[0].text}')", (
            "run role identity again, which takes the line out; if it comes back, stop what writes it (cloud-init's "
            "manage_etc_hosts, a hook of the DHCP client)"
        )
    if is_own and {"myhostname", "resolve"}.intersection(resolver.order) and not lines:
        return "systemd (nss-myhostname), with the addresses of this host's NICs,", (
            "run role identity with identity_resolution: hosts, so that /etc/hosts has the name"
        )
    fix = f"correct the record of '{name}' there, or use identity_resolution: hosts"
    return _beyond_files(name, resolver), _files_first(resolver) if lines else fix


def _source_of_nothing(name: str, resolver: Resolver) -> tuple[str, str]:
    """(who was asked in vain, what to do about it)."""
    lines = lines_for(resolver.hosts, name)
    beyond = _beyond_files(name, resolver)
    if lines:
        return f"/etc/hosts has it in line {lines[0].number}, but {beyond} was asked instead", _files_first(resolver)
    return f"/etc/hosts has no line for it, and {beyond} gave no address", (
        f"run role identity with identity_resolution: hosts, or add a record for '{name}' to DNS"
    )


def _files_first(resolver: Resolver) -> str:
    return f"put 'files' first in the line 'hosts: {' '.join(resolver.order)}' of /etc/nsswitch.conf"


def _beyond_files(name: str, resolver: Resolver) -> str:
    """Who answers for what /etc/hosts does not have."""
    if name.endswith(".local") and any(service.startswith("mdns") for service in resolver.order):
        return "multicast DNS (nss-mdns)"
    if "resolve" in resolver.order or RESOLVED_STUBS.issuperset(resolver.nameservers or ("",)):
        return f"systemd-resolved (DNS via {', '.join(resolver.upstream) or 'no server'})"
    if "dns" in resolver.order:
        return f"DNS via {', '.join(resolver.nameservers) or '127.0.0.1 (/etc/resolv.conf names no server)'}"
    return f"'hosts: {' '.join(resolver.order)}' of /etc/nsswitch.conf"


def to_reach(fleet: Sequence[Mapping[str, Any]], own: str) -> list[Mapping[str, Any]]:
    """The hosts that this one is to reach: those that are there, without itself."""
    return [entry for entry in fleet if entry["present"] and entry["hostname"] != own]


def judge_reach(entry: Mapping[str, Any], code: int, own: str) -> Optional[dict[str, Any]]:
    """The failure of a host that was silent on ICMP and whose TCP port gave `code`, an errno; None when it is there.

    Accepted and refused connections both come from a host that has the address.
    """
    if code in (0, errno.ECONNREFUSED):
        return None
    cause, fix = _CAUSES.get(code, _SILENCE)
    address, host = entry["address"], entry["host"]
    message = (
        f"{own} cannot reach {entry['hostname']} at {address}: no answer to ICMP echo, and TCP port {entry['port']}: "
        f"{os.strerror(code)}. Likely {cause}. Fix: {fix.format(host=host, own=own)}"
    )
    return _failure("reach", entry["hostname"], entry, [], "", message)


_SILENCE = (
    "a firewall, or an access point that keeps its clients apart, or nobody has that address",
    "let the hosts reach each other, or correct identity_address of {host}",
)
_CAUSES = {
    errno.EHOSTUNREACH: (
        "nobody on that network has the address, or a firewall refuses",
        "correct identity_address of {host}, or see to its NIC and cable",
    ),
    errno.ENETUNREACH: (
        "it has no route there",
        "give {own} an address in that network or a route to it, or correct identity_address of {host}",
    ),
}


def _failure(
    kind: str, name: str, entry: Mapping[str, Any], answers: list[str], source: str, message: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "host": entry["host"],
        "expected": entry["address"],
        "answers": answers,
        "source": source,
        "message": message,
    }


def echo_request(identifier: int, sequence: int, token: bytes) -> bytes:
    """An ICMP echo request that carries `token`; numbers are of 16 bits."""
    unsummed = _ECHO.pack(ECHO_REQUEST, 0, 0, identifier, sequence) + token
    return _ECHO.pack(ECHO_REQUEST, 0, checksum(unsummed), identifier, sequence) + token


def is_echo_reply(datagram: bytes, token: bytes, *, ip_header: bool) -> bool:
    """Whether a datagram answers a request that carried `token`. Raw sockets give it with its IP header.

    The identifier is not looked at: a ping socket's is the kernel's choice, and the token says more.
    """
    start = (datagram[0] & 0x0F) * 4 if ip_header and datagram else 0
    message = datagram[start:]
    return message[:2] == bytes([ECHO_REPLY, 0]) and message[_ECHO.size :] == token


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
