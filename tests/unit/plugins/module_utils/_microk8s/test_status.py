"""What `microk8s status --format yaml` printed on real hosts (transcripts), and what is read in it."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.status import parse_status

from .transcripts import transcript

NOT_READY = """\
microk8s:
  running: False
high-availability:
  enabled: False
  message: microk8s is not running. Use microk8s inspect for a deeper inspection.
"""


def yaml_part(number: str) -> str:
    return "microk8s:\n" + transcript(number)[1].split("microk8s:\n")[1]


@pytest.mark.parametrize(
    ("text", "members", "available"),
    [
        (yaml_part("004"), {"127.0.0.1": "voter"}, False),
        (yaml_part("092"), {"10.79.0.11": "voter", "10.79.0.13": "spare"}, False),
        (yaml_part("154"), {"10.79.0.11": "voter", "10.79.0.15": "voter", "10.79.0.13": "voter"}, True),
    ],
)
def test_members_of_the_database(text, members, available):
    status = parse_status(text)
    assert {member.address: member.role for member in status.members} == members
    assert (status.running, status.highly_available, status.problem) == (True, available, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (transcript("072")[1], "this host is a worker, which cannot tell"),  # exit code 0
        (transcript("041")[1], "MicroK8s was stopped on this host (microk8s stop)"),  # exit code 0
        (NOT_READY, "the API does not answer, or no Node of the cluster is Ready"),
        ("This node does not have enough RAM to host\n", "this host has too little memory for a control plane"),
        ("", "the API does not answer, or no Node of the cluster is Ready"),
    ],
)
def test_a_refusal_is_no_status(text, problem):
    status = parse_status(text)
    assert (status.running, status.members, status.problem) == (False, (), problem)


@pytest.mark.parametrize("version", ["3.9", "", "null", "1.13.1"])
def test_the_versions_of_addons_are_not_read(version):
    text = yaml_part("004").replace("version: 1.13.1", f"version: {version}")
    assert parse_status(text) == parse_status(yaml_part("004"))
