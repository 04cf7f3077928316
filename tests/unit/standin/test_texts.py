# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in prints, against what MicroK8s printed."""

from __future__ import annotations

import pytest
from microk8s_lab import addons, report, texts
from microk8s_lab.cli import add_node, join
from microk8s_lab.yamlish import Member

ADDRESSES = ["10.79.0.11", "10.79.1.11"]
LONE = [Member(1, "127.0.0.1:19001")]


@pytest.mark.parametrize(
    ("number", "form", "full"),
    [
        ("030", "json", "67cc71fafbe3ea42efef7435d31e449d/2073c395c60e"),
        ("031", "pretty", "a9af0f50c9b6b7f5ba8f873c83acc029/2073c395c60e"),
        ("032", "short", "4f468bc56c8aaa3653e6e844a187e69f/2073c395c60e"),
    ],
)
def test_add_node(transcript, number, form, full):
    assert add_node.rendered(form, full, ADDRESSES, "10.79.0.11") + "\n" == transcript(number).stdout


def test_add_node_yaml_and_tokens(transcript):
    shown = [
        add_node.rendered(form, full, ADDRESSES, "10.79.0.11")
        for form, full in (
            ("yaml", "97749acac4a8470629a92c1cd61c77ea/2073c395c60e"),
            ("token", "992e92c88f129a62dac4ec02f159c508/2073c395c60e"),
            ("token-check", "40af940afc0e15ee9ad1ca05f6178bcb/2073c395c60e"),
        )
    ]
    assert "".join(f"{text}\n" for text in shown) == transcript("033").stdout


def test_texts_begin_with_the_default_route_but_json_does_not():
    assert add_node.rendered("short", "t/f", ADDRESSES, "10.79.1.11").startswith("microk8s join 10.79.1.11:")
    assert '"10.79.0.11:25000/t/f",' in add_node.rendered("json", "t/f", ADDRESSES, "10.79.1.11")


def with_dns() -> tuple[addons.Addon, ...]:
    """The addons of a real node, which has CoreDNS."""
    return tuple(addons.Addon(a.name, a.description, a.version, a.enabled or a.name == "dns") for a in addons.KNOWN)


@pytest.mark.parametrize(("number", "form"), [("003", "pretty"), ("004", "yaml"), ("009", "short")])
def test_status(transcript, number, form):
    assert report.FORMATS[form](True, LONE, with_dns()) + "\n" == transcript(number).stdout


def test_status_of_a_node_that_is_not_ready(transcript):
    assert report.as_yaml(False, LONE, addons.KNOWN) + "\n" == transcript("002").stdout
    assert report.pretty(False, LONE, addons.KNOWN) == report.short(False, LONE, addons.KNOWN) == texts.NOT_RUNNING


def test_high_availability_needs_three_voters():
    voters = [Member(number, f"10.0.0.{number}:19001") for number in (1, 2, 3)]
    assert "high-availability: yes\n" in report.pretty(True, voters, addons.KNOWN)
    spare = [*voters[:2], Member(3, "10.0.0.3:19001", 2)]
    text = report.pretty(True, spare, addons.KNOWN)
    assert "high-availability: no\n  datastore master nodes: 10.0.0.1:19001 10.0.0.2:19001\n" in text
    assert "10.0.0.3" not in text


def test_joined(transcript):
    assert f"Contacting cluster at 10.79.0.11\n{texts.JOINED}" == transcript("068").stdout


def test_joined_as_a_control_plane(transcript):
    assert transcript("091").stdout.endswith(f"..  \n{texts.JOINED_CONTROL_PLANE}\n")


def test_member_of_the_database_is_not_removed(transcript):
    assert texts.REGISTERED.format("ho3") + "\n" == transcript("101").stdout


def test_permissions(transcript):
    assert f"== status\n{texts.insufficient_permissions('joe')}\n" in transcript("157").stdout


def test_unknown_subcommand(transcript):
    assert texts.unknown_subcommand("upgrade") + "\n" == transcript("008").stdout


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"error":"Invalid token"}', "Connection failed. Invalid token"),
        (b'{"kind":"Status","code":401}', "Connection failed."),
        (b"not JSON", "Connection failed."),
        (b"[]", "Connection failed."),
    ],
)
def test_refusal(body, sentence):
    assert join.refusal(body) == sentence
