# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of DDS implementations that ROS 2 has no package for, for `make bench-probe` alone: no fleet carries them."""

from __future__ import annotations

from pathlib import Path

from lab.artefacts.images import dust, fastdds29
from lab.cache import cache_root


def build() -> Path:
    """Return the folder with the image tar files, building what is missing."""
    for image in (dust, fastdds29):
        image.build()
    return cache_root() / "lab"
