# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command says, and with which exit status, on a node that is stopped or a worker."""

from __future__ import annotations

import sys

from microk8s_lab import locks, texts


def refuse_stopped() -> bool:
    """Say on stderr that the node is stopped; False when it is not."""
    if not locks.held(locks.STOPPED):
        return False
    print(texts.STOPPED, file=sys.stderr)
    return True


def refuse_worker(sentence: str) -> bool:
    """Say the sentence when this node is a worker; False when it is not."""
    if not locks.held(locks.CLUSTERED):
        return False
    print(sentence)
    return True
