# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Container images of the lab, made without a container registry."""

from __future__ import annotations

from pathlib import Path

from lab.artefacts.images import multus, pause, ros_cyclone, ros_rclpy, ros_zenoh
from lab.cache import cache_root


def build() -> Path:
    """Return the folder with the image tar files under their stable names ``image-*.tar``, building what is missing."""
    for image in (pause, multus, ros_cyclone, ros_rclpy, ros_zenoh):
        image.build()
    return cache_root() / "lab"
