# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a benchmark: python3 -m lab.bench NAME."""

from __future__ import annotations

import argparse
import sys

from lab.bench import bringup, identity, join, probe, verify
from lab.fleet.shell import LabError
from lab.fleet.signals import interruptible

BENCHMARKS = {each.__name__.rpartition(".")[2]: each.main for each in (bringup, identity, join, probe, verify)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m lab.bench", description=__doc__)
    parser.add_argument("name", choices=BENCHMARKS)
    try:
        with interruptible():
            BENCHMARKS[parser.parse_args().name]()
    except (LabError, ValueError) as exc:
        sys.exit(f"error: {exc}")
    except KeyboardInterrupt:
        sys.exit("interrupted")


if __name__ == "__main__":
    main()
