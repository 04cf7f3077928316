"""What `microk8s join` printed on real hosts (transcripts), and the cause that is named for it."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.join_texts import explain_join, without_secrets

from .transcripts import transcript


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("051", "usage"),
        ("055", "usage"),  # misspelt flag
        ("056", "token-invalid"),
        ("057", "token-invalid"),
        ("058", "fingerprint-mismatch"),
        ("060", "agent-refused"),
        ("059", "usage"),  # short fingerprint
        ("061", "agent-unreachable"),
        ("062", "not-an-agent"),  # the API's port
        ("063", "not-an-agent"),  # the port of ssh
        ("065", "token-invalid"),  # expired
        ("066", "not-as-worker"),  # --controlplane
        ("070", "token-invalid"),  # used up
        ("094", "snapd-busy"),
        ("097", "already-known"),
        ("150", "already-known"),
        ("160", "joined-itself"),
        ("162", "name-not-resolved"),
    ],
)
def test_a_failed_join_is_named(number, code):
    assert explain_join(*transcript(number)).code == code


@pytest.mark.parametrize(
    "reason",  # as canonical/microk8s-cluster-agent words them; no transcript has caught a control plane at it
    [
        'Failed to retrieve list of control plane nodes: Get "https://127.0.0.1:16443/api/v1/nodes": dial tcp '
        "127.0.0.1:16443: connect: connection refused",
        "Failed to retrieve list of control plane nodes: [Errno 111] Connection refused",
        "Failed waiting for dqlite cluster to come up: context deadline exceeded",
        "Failed to update cni configuration: failed to apply new CNI configuration",
    ],
)
def test_a_control_plane_that_does_not_answer_itself_is_not_taken_for_one_that_is_off(reason):
    failure = explain_join(6, f"Contacting cluster at 10.79.0.11\nConnection failed. {reason} (500).\n")
    assert (failure.code, failure.retry) == ("control-plane-restarting", True)


@pytest.mark.parametrize("number", ["068", "091", "119", "138", "141"])
def test_a_join_that_claims_success_has_no_failure(number):
    assert explain_join(*transcript(number)) is None


def test_exit_code_0_without_the_sentence_is_a_failure():
    assert explain_join(0, "Contacting cluster at 10.79.0.11\n").code == "unknown"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (
            "join 10.79.0.11:25000/e94040a262dc7a56baca80b4ab2fd360/2073c395c60e --worker",
            "join 10.79.0.11:25000/<token> --worker",
        ),
        ("10.79.0.11:25000/e94040a262dc7a56baca80b4ab2fd360", "10.79.0.11:25000/<token>"),
        ('"token": "67cc71fafbe3ea42efef7435d31e449d/2073c395c60e"', '"token": "<token>"'),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_tokens_are_taken_out(text, clean):
    assert without_secrets(text) == clean


def test_a_certificate_that_was_not_signed_is_worth_another_try():
    failure = explain_join(1, "Failed to sign kubelet certificate (500). Invalid token\n")
    assert (failure.code, failure.retry) == ("certificate-not-signed", True)
