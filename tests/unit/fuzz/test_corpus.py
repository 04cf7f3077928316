# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fuzzing has found worth keeping, once more: no reader of the wire breaks its promises, and each parser is reached."""

from __future__ import annotations

import inspect
import sys
import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _paths, _zenoh
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps import (
    beacon,
    data,
    locator,
    message,
    parameters,
    reliable,
    sedp,
    server_check,
    spdp,
)

from .readers import READERS
from .seeds import CORPUS, corpus, seeds

SECONDS_OF_ONE = 1.0  # of the processor, for one input: a hundred times what the slowest takes
MODULES = (beacon, data, locator, message, parameters, reliable, sedp, server_check, spdp, _paths, _zenoh)


@pytest.mark.parametrize("reader", READERS)
def test_what_was_kept_breaks_no_promise(reader):
    inputs = corpus(reader)
    assert inputs, f"nothing of {reader} was kept: make fuzz"
    for each in [*seeds()[reader], *inputs]:
        began = time.process_time()
        READERS[reader](each)
        assert time.process_time() - began < SECONDS_OF_ONE, f"{each[:200].hex()} takes too long"


def test_the_corpus_is_small_and_of_readers_that_there_are():
    files = sorted(CORPUS.iterdir())
    assert [path.name for path in files] == sorted(f"{reader}.hex" for reader in READERS)
    assert sum(path.stat().st_size for path in files) <= 200 * 1024
    for reader in READERS:
        assert len(set(corpus(reader))) == len(corpus(reader))


def test_every_parser_is_reached():
    """A parser that is new on the wire needs a reader, or seeds that lead to it."""
    wanted = {
        function.__code__: f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__
        if name.startswith(("read_", "parse_", "is_from"))
    }
    reached = set()
    sys.setprofile(lambda frame, event, _more: reached.add(frame.f_code) if event == "call" else None)
    try:
        for reader, inputs in seeds().items():
            for each in inputs:
                READERS[reader](each)
    finally:
        sys.setprofile(None)
    assert [name for code, name in wanted.items() if code not in reached] == []
    assert len(wanted) >= 12
