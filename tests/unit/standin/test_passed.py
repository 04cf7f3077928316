# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract is run when what it is about has changed, and only a run that passed counts."""

from __future__ import annotations

import pytest

from lab.cache import key_of
from standin import passed


@pytest.fixture
def contract(tmp_path):
    """Runs it with a command that ends with a status, on a tree of which the key is made; says how often it has run."""
    tree, runs = tmp_path / "tree", tmp_path / "runs"
    tree.mkdir()
    runs.write_text("")

    def run(status, script=""):
        command = ["sh", "-c", f"echo run >> {runs}; {script or ':'}; exit {status}"]
        code = passed.unless_passed(command, tmp_path / "cache" / "lab", lambda: key_of("contract", [tree]))
        return code, len(runs.read_text().split())

    run.tree = tree
    return run


def test_a_clean_machine_runs_it_and_what_passed_is_visibly_left_out_until_it_changes(contract, capsys):
    assert contract(0) == (0, 1)
    assert "has not passed on this machine" in capsys.readouterr().out
    assert contract(0) == (0, 1)
    assert "unchanged since it passed (20" in capsys.readouterr().out
    (contract.tree / "transcript").write_text("more")
    assert contract(0) == (0, 2)


def test_what_failed_is_run_again(contract):
    assert [contract(3), contract(3), contract(0), contract(3)] == [(3, 1), (3, 2), (0, 3), (0, 3)]


def test_what_is_changed_during_the_run_has_not_passed(contract):
    assert contract(0, f"touch {contract.tree}/changed") == (0, 1)
    assert contract(0) == (0, 2)


def test_the_key_follows_the_stand_in_the_contract_and_the_transcripts(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(passed.golang, "version", lambda: "go")
    monkeypatch.setattr(passed, "key_of", lambda name, inputs: asked.extend(inputs))
    passed.current_key()
    *parts, transcripts, compiler = asked
    assert {"contract", "go", "tree", "gobin.py", "snap.py"} <= {part.name for part in parts}
    assert (transcripts, compiler) == (passed.REPO / "tests/unit/fixtures/microk8s", "go")
