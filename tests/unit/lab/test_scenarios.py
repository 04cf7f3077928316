# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenarios that begin with a saved fleet come after the one that makes it."""

from __future__ import annotations

import pytest

from lab.cache import REPO
from lab.scenarios import failure, kinds, order, read_configs

CONFIGS = {
    "clones": {"hosts": 4},
    "default": {"saves": "three"},
    "deaf": {"from": "three"},
    "faults": {"from": "three"},
}


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (["clones"], set(), ["clones"]),
        (["deaf"], {"three"}, ["deaf"]),
        (["deaf"], set(), ["default", "deaf"]),
        (["deaf", "clones", "faults"], set(), ["default", "deaf", "clones", "faults"]),
        # Where its maker is run anyway, what is there is of another run.
        (["clones", "deaf", "default"], {"three"}, ["clones", "default", "deaf"]),
        (["default", "deaf"], {"three"}, ["default", "deaf"]),
    ],
)
def test_a_fleet_is_made_before_it_is_begun_with(wanted, there, expected):
    assert order(wanted, CONFIGS, there.__contains__) == expected


@pytest.mark.parametrize(
    ("wanted", "asked", "expected"),
    [
        (["clones"], "", ["nspawn"]),
        (["clones"], "vm", ["vm"]),
        (["clones", "hardware"], "", ["nspawn", "vm"]),
        (["hardware"], "nspawn", ["vm"]),
        (["guests"], "", ["nspawn", "vm"]),
        (["misspelt"], "", ["nspawn"]),
    ],
)
def test_what_hosts_are_is_said_by_the_scenario_or_else_by_who_runs_it(wanted, asked, expected):
    assert kinds(wanted, {**CONFIGS, "hardware": {"kind": "vm"}, "guests": {"later": "vm"}}, asked) == expected


# As Molecule 25 prints it where there is no terminal.
PRINTED = """
\x1b[36mINFO    \x1b[0m \x1b[32mdeaf\x1b[0m ➜ \x1b[33mconverge\x1b[0m: \x1b[36mExecuting\x1b[0m
  \x1b[2m│\x1b[0m TASK [Ask] ***
  \x1b[2m\x1b[31m│\x1b[0m \x1b[31m[ERROR]: Task failed: no answer\x1b[0m
  \x1b[2m\x1b[31m│\x1b[0m \x1b[0;31mfatal: [base]: FAILED! => \x1b[0m
  \x1b[2m\x1b[36m│\x1b[0m \x1b[0;36m...ignoring\x1b[0m
"""
FAILED = """
  \x1b[2m│\x1b[0m TASK [The report has its codes: a peer
  \x1b[2m│\x1b[0m   whose cable is pulled] ***
  \x1b[2m\x1b[32m│\x1b[0m \x1b[0;32mok: [localhost] => (item=1)\x1b[0m
  \x1b[2m\x1b[31m│\x1b[0m \x1b[31m[ERROR]: Task failed: Action failed: peer-silent is\x1b[0m
  \x1b[2m\x1b[31m│\x1b[0m \x1b[31m  not all\x1b[0m
  \x1b[2m│\x1b[0m
"""
CLEANED = """
  \x1b[2m│\x1b[0m TASK [Remove every trace]
  \x1b[2m│\x1b[0m   ***
  \x1b[2m\x1b[33m│\x1b[0m \x1b[0;33mchanged: [localhost]\x1b[0m
"""


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("", []),
        (PRINTED + CLEANED, []),
        (
            PRINTED + FAILED + CLEANED,
            [
                "TASK [The report has its codes: a peer whose cable is pulled]",
                "[ERROR]: Task failed: Action failed: peer-silent is",
                "  not all",
            ],
        ),
    ],
    ids=["nothing", "ignored", "failed"],
)
def test_what_failed_is_told_again_at_the_end_of_a_long_run(printed, expected):
    assert failure(printed.splitlines()) == expected


def test_an_unknown_scenario_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="No scenario defaults. Scenarios: clones, deaf, default, faults"):
        order(["clones", "defaults"], CONFIGS, lambda _fleet: False)


def test_every_fleet_that_a_scenario_of_ours_begins_with_is_made_by_exactly_one():
    configs = read_configs(REPO / "molecule")
    made = [config["saves"] for config in configs.values() if "saves" in config]
    assert len(made) == len(set(made))
    assert {config["from"] for config in configs.values() if "from" in config} == set(made)
