# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the kernel's clock is kept."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.kernel_clock import (
    clock_synchronized,
    is_disciplined,
)


@pytest.mark.parametrize(("error_us", "disciplined"), [(0, True), (15_999_999, True), (16_000_000, False)])
def test_the_maximum_error_decides(error_us, disciplined):
    assert is_disciplined(struct.pack("@I4l", 0, 0, 0, error_us, 0) + bytes(200)) is disciplined


def test_the_kernel_of_this_machine_answers():
    assert clock_synchronized() in (True, False)
