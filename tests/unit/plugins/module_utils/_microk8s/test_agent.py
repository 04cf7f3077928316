"""What a control plane's agent and API ports tell before a join is tried."""

from __future__ import annotations

import errno
import hashlib
import http.client
import ssl

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.agent import Agent, obstacle

CERTIFICATE = b"certificate of the control plane"
URL = f"10.79.0.11:25000/67cc71fafbe3ea42efef7435d31e449d/{hashlib.sha256(CERTIFICATE).hexdigest()[:12]}"
NOON = 1795262400.0  # Sat, 21 Nov 2026 12:00:00 GMT


def answering(certificate=CERTIFICATE, date="Sat, 21 Nov 2026 12:00:00 GMT"):
    return lambda address, port: Agent(certificate, date)


def failing(problem):
    def fail(address, port):
        raise problem

    return fail


def open_port(address, port):
    assert (address, port) == ("10.79.0.11", 16443)


@pytest.mark.parametrize(
    ("ask", "check_port", "now", "code"),
    [
        (answering(), open_port, NOON, None),
        (answering(), open_port, NOON + 59, None),
        (answering(date=""), open_port, NOON, None),
        (failing(TimeoutError("timed out")), open_port, NOON, "agent-filtered"),
        (failing(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), open_port, NOON, "agent-refused"),
        (failing(OSError(errno.EHOSTUNREACH, "No route to host")), open_port, NOON, "agent-unreachable"),
        (failing(ssl.SSLError(1, "WRONG_VERSION_NUMBER")), open_port, NOON, "not-an-agent"),
        (failing(http.client.BadStatusLine("SSH-2.0")), open_port, NOON, "not-an-agent"),
        (answering(certificate=b"another"), open_port, NOON, "fingerprint-mismatch"),
        (answering(), open_port, NOON - 3600, "clock-off"),
        (answering(), open_port, NOON + 3600, "clock-off"),
        (answering(), failing(TimeoutError("timed out")), NOON, "api-filtered"),
        (answering(), failing(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), NOON, "api-refused"),
    ],
)
def test_obstacle(ask, check_port, now, code):
    failure = obstacle(URL, ask=ask, check_port=check_port, now=lambda: now)
    assert (failure and failure.code) == code


def test_only_an_api_whose_agent_answers_may_come_back_by_itself():
    refusing = failing(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))
    seen = [obstacle(URL, ask=ask, check_port=refusing, now=lambda: NOON) for ask in (answering(), refusing)]
    assert [(failure.code, failure.retry) for failure in seen] == [("api-refused", True), ("agent-refused", False)]


def test_the_clock_says_which_way_it_is_off():
    cause = obstacle(URL, ask=answering(), check_port=open_port, now=lambda: NOON - 90).cause
    assert "this host's clock is 90 s behind the control plane's 10.79.0.11" in cause
