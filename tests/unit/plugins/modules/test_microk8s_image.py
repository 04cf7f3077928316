# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which image archives a host still needs."""

import pytest
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_image import missing_archives

ARCHIVES = {"/img/talker.tar": "aa", "/img/tools.tar": "bb"}
RECORD = {"aa": {"talker:1": "sha256:1"}, "bb": {"tf:1": "sha256:2", "rqt:1": "sha256:3"}}
IMAGES = {"talker:1": "sha256:1", "tf:1": "sha256:2", "rqt:1": "sha256:3", "pause:3": "sha256:9"}


@pytest.mark.parametrize(
    ("record", "images", "missing"),
    [
        pytest.param(RECORD, IMAGES, [], id="all there"),
        pytest.param({}, IMAGES, ["/img/talker.tar", "/img/tools.tar"], id="never imported by us"),
        pytest.param({"aa": RECORD["aa"]}, IMAGES, ["/img/tools.tar"], id="one is new, or its archive was changed"),
        pytest.param(RECORD, {**IMAGES, "tf:1": "sha256:0"}, ["/img/tools.tar"], id="one image is another by now"),
        pytest.param(RECORD, {"talker:1": "sha256:1"}, ["/img/tools.tar"], id="images were removed"),
        pytest.param(
            {**RECORD, "aa": {}}, IMAGES, ["/img/talker.tar"], id="a record that names nothing proves nothing"
        ),
        pytest.param(RECORD, {}, ["/img/talker.tar", "/img/tools.tar"], id="MicroK8s installed anew"),
    ],
)
def test_archives_are_missing_unless_all_they_brought_is_there(record, images, missing):
    assert missing_archives(ARCHIVES, record, images) == missing
