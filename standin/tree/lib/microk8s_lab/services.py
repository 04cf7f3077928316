# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting and stopping the snap's services through snapd."""

from __future__ import annotations

import subprocess


def control(action: str, *names: str) -> None:
    """``snapctl start|stop|restart`` of services, named without ``daemon-``.

    Raises CalledProcessError, as when snapd has another change of this snap in progress.
    """
    subprocess.run(["snapctl", action, *(f"microk8s.daemon-{name}" for name in names)], check=True)


def renew(*names: str) -> None:
    """Stop and start services: unlike ``snapctl restart``, this starts those that were not running, too."""
    control("stop", *names)
    control("start", *names)
