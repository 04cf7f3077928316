# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask a control plane's cluster agent whether a join can work, before one is tried. PRIVATE, may change at any time.

`microk8s join` has no limit in time (a filtered port holds it for two minutes and then ends it with a traceback), and
the control plane uses up a token and changes its own database before it looks at most of what can be wrong.
"""

from __future__ import annotations

import email.utils
import errno
import hashlib
import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Callable, Optional

from .failure import Failure
from .paths import API_PORT

PATIENCE_S = 5.0
# The kubelet's certificate begins to be valid when the control plane signs it: a clock that is behind does not trust it.
CLOCK_TOLERANCE_S = 60.0


@dataclass(frozen=True)
class Agent:
    """What answers at a control plane's port 25000.

    `certificate` is its TLS certificate (DER), `date` the Date header of its answer (empty: none).
    """

    certificate: bytes
    date: str = ""


def ask_agent(address: str, port: int, timeout: float = PATIENCE_S) -> Agent:
    """GET /health. Raises OSError (ssl.SSLError among them) or HTTPException."""
    # Anybody's certificate is good enough to look at; who it is tells its fingerprint.
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection(address, port, timeout=timeout, context=context)
    try:
        connection.request("GET", "/health")
        certificate = connection.sock.getpeercert(binary_form=True)
        return Agent(certificate or b"", connection.getresponse().headers.get("Date", ""))
    finally:
        connection.close()


def check_port(address: str, port: int, timeout: float = PATIENCE_S) -> None:
    """Open a TCP connection and close it. Raises OSError."""
    socket.create_connection((address, port), timeout=timeout).close()


def obstacle(
    url: str,
    *,
    ask: Callable[[str, int], Agent] = ask_agent,
    check_port: Callable[[str, int], None] = check_port,
    now: Callable[[], float] = time.time,
) -> Optional[Failure]:
    """What keeps a join at `url` (`address:port/token/fingerprint`) from working; None when nothing is seen.

    Takes at most twice PATIENCE_S and sends no token.
    """
    endpoint, _token, fingerprint = url.split("/")
    address, port = endpoint.split(":")
    try:
        agent = ask(address, int(port))
    except ssl.SSLError:
        return _not_an_agent(address, port)
    except OSError as exc:
        return _unreachable(address, int(port), exc)
    except http.client.HTTPException:
        return _not_an_agent(address, port)
    if not hashlib.sha256(agent.certificate).hexdigest().startswith(fingerprint):
        return Failure(
            "fingerprint-mismatch",
            f"the certificate of the agent at {endpoint} is not the one the token was made with: it was reissued since "
            "(a new address or NIC of the control plane does that), or another machine answers at that address",
            "run the playbook again; if it stays, compare the address with the control plane's own: ip -brief address",
        )
    ahead = _ahead(agent.date, now())
    if abs(ahead) > CLOCK_TOLERANCE_S:
        return Failure(
            "clock-off",
            f"this host's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the control plane's "
            f"{address}, so they do not trust each other's certificates",
            "synchronise the clocks: timedatectl set-ntp true on both; where no time server is reached, make a control "
            "plane host one (chrony)",
        )
    try:
        check_port(address, API_PORT)
    except OSError as exc:
        return _unreachable(address, API_PORT, exc)
    return None


def _ahead(date: str, now: float) -> float:
    """Seconds by which `now` is later than an HTTP date; 0 without a date."""
    return now - email.utils.parsedate_to_datetime(date).timestamp() if date else 0.0


def _not_an_agent(address: str, port: str) -> Failure:
    return Failure(
        "not-an-agent",
        f"what answers at {address} port {port} is no MicroK8s cluster agent",
        "check the fleet address of the control plane (ansible_host, identity_address), and what listens there: "
        f"ss -ltnp 'sport = :{port}'",
    )


def _unreachable(address: str, port: int, problem: OSError) -> Failure:
    what, look = ("agent", "cluster-agent") if port != API_PORT else ("api", "kubelite")
    if isinstance(problem, ConnectionRefusedError):
        return Failure(
            f"{what}-refused",
            f"nothing listens on the control plane's port {port} ({address})",
            f"on the control plane: snap services microk8s; journalctl -u snap.microk8s.daemon-{look} -n 50",
            retry=what == "api",  # the agent has answered: another host's join restarts the API
        )
    if problem.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return Failure(
            f"{what}-unreachable",
            f"the control plane's address {address} cannot be reached from this host",
            "check the fleet addresses, routes and cables: ping the control plane from this host",
        )
    return Failure(
        f"{what}-filtered",
        f"the control plane's port {port} ({address}) gave no answer within {PATIENCE_S:.0f} s: a firewall drops what "
        "is sent to it",
        f"open TCP port {port} from this host to every control plane host",
    )
