# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that a service knows of after a restart only: what is written is what runs. PRIVATE, may change at any time.

What has to be restarted is noted before anything is touched, so that the next run makes up for one that was killed or for
a restart that failed. A service that does not come up gets its former settings back, and runs with them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Callable, Optional, Sequence

from ansible.module_utils.basic import AnsibleModule

from ._files import Files
from ._replacing import replace_file

# Each service in it has changed settings and has not been restarted since.
DUE = "/var/lib/rosfleet/restart-due"


class ServiceError(Exception):
    """A service was not restarted, or does not answer; the text says which and what next."""


class PutBack(ServiceError):
    """The same, and the former settings are back and in use."""


def due() -> list[str]:
    """The services that an earlier run had to restart and did not."""
    return (Files().text(DUE) or "").split()


def settle(module: AnsibleModule, services: Sequence[str]) -> None:
    """Forget that `services` have to be restarted: they were, or read their settings when they are next started."""
    _note(module, [service for service in due() if service not in services])


def _note(module: AnsibleModule, services: Sequence[str]) -> None:
    if services:
        replace_file(module, DUE, "".join(f"{service}\n" for service in services).encode(), mode=0o600)
        return
    with suppress(FileNotFoundError):
        os.unlink(DUE)


def carry_out(
    module: AnsibleModule,
    services: Sequence[str],
    change: Callable[[], None],
    undo: Optional[Callable[[], None]],
    restart: Callable[[], None],
) -> None:
    """Call `change`, then `restart`, which restarts `services` or raises ServiceError; `undo` is None where nothing changes.

    Raises PutBack, ServiceError where the former settings do not come up either, and what `change` raises.
    """
    _note(module, sorted({*due(), *services}))
    change()
    try:
        restart()
    except ServiceError as exc:
        if undo is None:
            raise
        undo()
        restart()
        settle(module, services)
        raise PutBack(str(exc)) from exc
    settle(module, services)
