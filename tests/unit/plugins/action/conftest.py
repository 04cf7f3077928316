# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of action plugins share."""

from __future__ import annotations

from types import SimpleNamespace
from unittest import mock

import pytest


@pytest.fixture
def make_action():
    """Makes an action plugin for a task with these arguments, without a host behind it."""

    def make_action(plugin, *, check_mode=False, **arguments):
        task = SimpleNamespace(
            args=arguments,
            check_mode=check_mode,
            async_val=0,
            action="test",
            environment=None,
            delegate_to="tb1",
            _uuid="0242-task",
        )
        return plugin.ActionModule(
            task=task,
            connection=mock.MagicMock(),
            play_context=mock.MagicMock(),
            loader=mock.MagicMock(),
            templar=mock.MagicMock(),
            shared_loader_obj=mock.MagicMock(),
        )

    return make_action
