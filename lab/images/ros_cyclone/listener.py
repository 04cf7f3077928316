#!/usr/bin/python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print every text heard on the topic of ROS 2's demo talker, until SIGTERM."""

from __future__ import annotations

import chatter
import manners
from cyclonedds.core import Listener
from cyclonedds.sub import DataReader


class Printer(Listener):
    """Prints the valid samples of a reader, in the thread of the middleware that received them."""

    def on_data_available(self, reader: DataReader) -> None:
        """Print and forget what has arrived; a sample that only says "the writer has gone" carries no text."""
        for sample in reader.take(N=chatter.DEPTH):
            if isinstance(sample, chatter.String):
                manners.log("I heard", sample.data)


def main() -> None:
    """Listen until told to end; the reader lives as long as this function."""
    end = manners.EndSignal()
    participant = chatter.join()
    reader = DataReader(participant, chatter.topic(participant), listener=Printer())
    end.wait()
    reader.set_listener(None)


if __name__ == "__main__":
    main()
