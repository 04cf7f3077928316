# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's images, unpacked once for all cases, and the files that their programs read there."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from lab.cache import cache_root
from lab.fleet.shell import LabError
from lab.image_programs import unpack

# Profiles of Fast DDS.
ONLY_LOCALHOST, FIXED_GUID = "/only-localhost.xml", "/fixed-guid.xml"
_FIXED_GUID = """<?xml version="1.0" encoding="UTF-8"?>
<profiles xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
  <participant profile_name="fixed" is_default_profile="true"><rtps>
    <prefix>01.0f.aa.bb.cc.dd.ee.ff.01.02.03.04</prefix>
  </rtps></participant>
</profiles>
"""
_ONLY_LOCALHOST = """<?xml version="1.0" encoding="UTF-8"?>
<profiles xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
  <transport_descriptors><transport_descriptor>
    <transport_id>local</transport_id><type>UDPv4</type>
    <interfaceWhiteList><address>127.0.0.1</address></interfaceWhiteList>
  </transport_descriptor></transport_descriptors>
  <participant profile_name="local" is_default_profile="true"><rtps>
    <userTransports><transport_id>local</transport_id></userTransports>
    <useBuiltinTransports>false</useBuiltinTransports>
  </rtps></participant>
</profiles>
"""


def tar_of(image: str) -> Path:
    """The file of an image by its short name."""
    return cache_root() / "lab" / f"image-ros-{image}.tar"


def is_built(image: str) -> bool:
    """Whether the image is there."""
    return tar_of(image).exists()


class Images:
    """Roots of images below a folder, made when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._environments: dict[str, dict[str, str]] = {}

    def root(self, image: str) -> Path:
        """The root of an image by its short name. Raises LabError when the image is not built."""
        self.environment(image)
        return self._folder / image

    def environment(self, image: str) -> dict[str, str]:
        """The variables that the image sets."""
        with self._lock:
            if image not in self._environments:
                tar = tar_of(image)
                if not is_built(image):
                    raise LabError(f"{tar} is not there. Build it with `python3 -m lab build images`.")
                root = self._folder / image
                self._environments[image] = unpack(tar, root)
                for path, profile in ((ONLY_LOCALHOST, _ONLY_LOCALHOST), (FIXED_GUID, _FIXED_GUID)):
                    (root / path[1:]).write_text(profile)
                (root / "etc/hosts").write_text("127.0.0.1\tlocalhost\n")
        return self._environments[image]

    def remove(self) -> None:
        """Delete all roots."""
        shutil.rmtree(self._folder, ignore_errors=True)
