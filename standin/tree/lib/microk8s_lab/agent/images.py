# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /cluster/api/v2.0/image/import: an archive of images that another node pushes."""

from __future__ import annotations

import hmac

from microk8s_lab.agent.errors import Refused
from microk8s_lab.agent.join import callback_token
from microk8s_lab.daemons.sideload import import_image

TOKEN_HEADER = "x-microk8s-callback-token"


def import_images(archive: bytes, token: str) -> dict[str, str]:
    """Import the archive for the bearer of this cluster's callback token; raises Refused."""
    if not hmac.compare_digest(token, callback_token()):
        raise Refused(500, "invalid token")
    if not import_image("-", archive):
        raise Refused(500, "failed to import the image: microk8s.ctr command failed: exit status 1")
    return {}
