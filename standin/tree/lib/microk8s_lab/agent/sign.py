# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /cluster/api/v1.0/sign-cert: certificates for a worker that was let in."""

from __future__ import annotations

import threading
from typing import Any

from microk8s_lab import certificates, paths, tokens
from microk8s_lab.agent.errors import Refused

# openssl keeps the next serial number in a file.
_one_at_a_time = threading.Lock()


def sign(body: dict[str, Any]) -> dict[str, str]:
    """Sign the request in ``body`` for the token that the join left for it; raises Refused."""
    if not tokens.consume(paths.data("credentials", "certs-request-tokens.txt"), str(body.get("token", ""))):
        raise Refused(500, "invalid token")
    with _one_at_a_time:
        try:
            return {"certificate": certificates.sign_request(str(body.get("request", "")))}
        except RuntimeError as exc:
            raise Refused(500, f"failed to sign certificate: {exc}") from exc
