"""What the tests of plugins share."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._waiting import Clock


@pytest.fixture
def still_clock() -> Clock:
    """A clock that moves only when somebody sleeps."""
    time = [0.0]
    return Clock(now=lambda: time[0], sleep=lambda seconds: time.__setitem__(0, time[0] + seconds))
