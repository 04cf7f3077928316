# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Raspberry Pi's kernel command line: where its firmware reads it, and what it needs. PRIVATE, may change at any time."""

from __future__ import annotations

import re
from typing import Iterator

from .._files import Files

# Where a Raspberry Pi's firmware finds what it starts.
BOOT_FOLDERS = ("/boot/firmware", "/boot")
# What switches the memory control group on: the first is the kernel's own, the second Raspberry Pi's kernels ask for.
MEMORY_CGROUP = ("cgroup_enable=memory", "cgroup_memory=1")
_AGAINST = ("cgroup_disable=memory", "cgroup_memory=0")
# The sections of config.txt that are for a model, by words of the model's name; source: Raspberry Pi's documentation.
_MODELS = {
    "pi1": "Raspberry Pi (Model|Compute Module Rev)",
    "pi2": "Pi 2",
    "pi3": "Pi (3|Compute Module 3)",
    "pi3+": "Pi 3 Model . Plus",
    "pi4": "Pi (4|Compute Module 4)",
    "pi5": "Pi (5|Compute Module 5)",
    "pi400": "Pi 400",
    "pi500": "Pi 500",
    "cm1": "Compute Module Rev",
    "cm3": "Compute Module 3(?! Plus)",
    "cm3+": "Compute Module 3 Plus",
    "cm4": "Compute Module 4(?!S)",
    "cm4s": "Compute Module 4S",
    "cm5": "Compute Module 5",
    "pi0": "Pi Zero",
    "pi0w": "Pi Zero W",
    "pi02": "Pi Zero 2",
}
_INCLUDES = 4  # files that include each other: an end to that


def with_memory_cgroup(command_line: str) -> str:
    """The one line of cmdline.txt with the memory control group on; the firmware reads no second line."""
    line, _newline, rest = command_line.partition("\n")
    words = [word for word in line.split() if word not in _AGAINST]
    missing = [word for word in MEMORY_CGROUP if word not in words]
    if not missing and words == line.split():
        return command_line
    return " ".join([*words, *missing]) + "\n" + rest


def command_line_file(files: Files, model: str) -> str:
    """The kernel's command line that the firmware of a Raspberry Pi `model` reads; empty where there is none."""
    return next(filter(None, (_in_folder(files, folder, model) for folder in BOOT_FOLDERS)), "")


def _in_folder(files: Files, folder: str, model: str) -> str:
    """config.txt may name the file, and a folder for all that belongs to one system (Ubuntu from 25.10 on).

    As the firmware does it, what stands there counts to the letter, and a folder without the file does not.
    """
    settings, counts = {"os_prefix": "", "cmdline": "cmdline.txt"}, True
    model_counts = others_count = True
    for line in _lines(files, folder, "config.txt", _INCLUDES):
        name, _sign, value = line.partition("=")
        if line.startswith("["):
            section = line.strip("[]").lower()
            if section == "all":
                model_counts = others_count = True
            elif section in _MODELS:  # takes the place of another model's, and leaves other conditions as they are
                model_counts = re.search(_MODELS[section], model) is not None
            else:  # a display, a serial number, a start that is tried once
                others_count = False
            counts = model_counts and others_count
        elif counts and name in settings:
            settings[name] = value
    names = (settings["os_prefix"] + settings["cmdline"], settings["cmdline"], "cmdline.txt")
    return next((f"{folder}/{name}" for name in names if files.exists(f"{folder}/{name}")), "")


def _lines(files: Files, folder: str, name: str, deeper: int) -> Iterator[str]:
    """The lines of a file, and of those that it includes, as Ubuntu 20.04 does with syscfg.txt and usercfg.txt."""
    for line in map(str.strip, (files.text(f"{folder}/{name}") or "").splitlines()):
        if line.startswith("include ") and deeper:
            yield from _lines(files, folder, line.split()[1], deeper - 1)
        else:
            yield line
