# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file's text with every byte that it has, or the word that it is none."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files


@pytest.mark.parametrize(
    ("content", "text"), [(b"a\r\nb\n", "a\r\nb\n"), (b"\xc3\xa4", "\u00e4"), (b"\xff\n", None), (None, "")]
)
def test_exact_text(tmp_path, content, text):
    if content is not None:
        (tmp_path / "hosts").write_bytes(content)
    assert Files(str(tmp_path)).exact_text("/hosts") == text
