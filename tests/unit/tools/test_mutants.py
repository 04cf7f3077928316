# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every mutant of the table can still be made, and only a test that failed has caught one."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

import pytest

from tools import mutants

TABLE = mutants.read_table(mutants.TABLE.read_text())
ENTRY = '[[mutant]]\nname = "{name}"\nfile = "f"\nold = "a"\nnew = "{new}"\ntests = ["t.py"]\n'
ONE = mutants.Mutant("nobody is greeted", "README.md", "# rosfleet", "# nobody", ("t.py",))


@pytest.mark.parametrize("mutant", TABLE, ids=lambda mutant: mutant.name)
def test_a_mutant_of_the_table_can_be_made(mutant):
    before = (mutants.REPO / mutant.file).read_text()
    assert mutants.mutated(before, mutant) != before


@pytest.mark.parametrize("test", sorted({test for mutant in TABLE for test in mutant.tests}))
def test_a_test_of_the_table_is_there(test):
    file, _, function = test.partition("::")
    path = mutants.REPO / file
    assert path.exists()
    if function:
        names = {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        assert function.partition("[")[0] in names


@pytest.mark.parametrize(("text", "times"), [("nothing", 0), ("# rosfleet # rosfleet", 2)])
def test_a_text_that_is_not_there_once_names_its_mutant(text, times):
    with pytest.raises(mutants.TableError, match=f"'nobody is greeted': its old text is {times} times in README.md"):
        mutants.mutated(text, ONE)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (ENTRY.format(name="n", new="b") * 2, "'n' is there twice"),
        (ENTRY.format(name="n", new="a"), "'n' changes nothing"),
        (ENTRY.format(name="n", new="b").replace('"t.py"', ""), "'n' changes nothing, or names no test"),
    ],
)
def test_a_table_that_proves_nothing_is_refused(table, said):
    with pytest.raises(mutants.TableError, match=said):
        mutants.read_table(table)


@pytest.mark.parametrize(
    ("code", "output", "word", "told"),
    [
        (1, "F\nFAILED t.py::test_a - assert 0\n1 failed", "caught", "t.py::test_a - assert 0"),
        (0, "..\n2 passed in 0.1s\n", "SURVIVED", "2 passed in 0.1s"),
        (0, "s\n1 skipped in 0.1s\n", "SURVIVED", "1 skipped in 0.1s"),
        (2, "ERROR t.py: SyntaxError", "UNUSABLE", "ERROR t.py: SyntaxError"),
        (5, "no tests ran", "UNUSABLE", "no tests ran"),
        (-9, "no end after 600 s", "UNUSABLE", "no end after 600 s"),
    ],
)
def test_only_a_test_that_failed_has_caught_it(code, output, word, told):
    assert mutants.judge(code, output) == (word, told)


@pytest.mark.parametrize(("words", "found"), [([], 2), (["GREETED"], 1), (["greeted", "two"], 2)])
def test_mutants_are_chosen_by_words_of_their_name(words, found):
    other = mutants.Mutant("two are one", "README.md", "a", "b", ("t.py",))
    assert len(mutants.chosen([ONE, other], words)) == found


def test_a_word_of_no_name():
    with pytest.raises(mutants.TableError, match="no mutant's name has any of: gone"):
        mutants.chosen([ONE], ["gone"])


def test_a_mutant_lives_in_a_copy(monkeypatch):
    seen = {}

    def run_tests(copy: Path, tests: list[str], *options: str):
        seen.update(copy=copy, text=(copy / "README.md").read_text(), tests=tests)
        seen["collection"] = (copy / ".collections/ansible_collections/rosfleet/cluster/README.md").read_text()
        return 0, "1 passed"

    monkeypatch.setattr(mutants, "run_tests", run_tests)
    assert mutants.put_to_the_test(ONE).word == "SURVIVED"
    assert seen["text"].startswith("# nobody") and seen["collection"] == seen["text"]
    assert (mutants.REPO / "README.md").read_text().startswith("# rosfleet")
    assert not seen["copy"].exists()


def test_the_tests_of_a_mutant_are_run_in_the_copy(tmp_path):
    (tmp_path / "test_here.py").write_text(
        "import os, pathlib\n\n\ndef test_a():\n    assert pathlib.Path.cwd() == pathlib.Path(__file__).parent\n"
        "    assert os.environ['ANSIBLE_COLLECTIONS_PATH'].startswith(str(pathlib.Path.cwd()))\n"
    )
    code, output = mutants.run_tests(tmp_path, ["test_here.py"], "-q")
    assert (code, output.splitlines()[-1][:8]) == (0, "1 passed")


HANGS = """
import pathlib, subprocess, threading
import pytest

@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "300"], start_new_session=True)
    yield process
    process.kill()
    process.wait()

def test_hangs(sleeper):
    pathlib.Path("half").write_text(str(sleeper.pid))
    pathlib.Path("half").rename("sleeper")
    threading.Event().wait()
"""


def test_a_run_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "TIME_LIMIT_S", 1)
    (tmp_path / "test_hangs.py").write_text(HANGS)
    code, output = mutants.run_tests(tmp_path, ["test_hangs.py"])
    assert mutants.judge(code, output) == ("UNUSABLE", "no end after 1 s")


def test_it_is_ended_with_what_its_fixtures_have_started(tmp_path):
    (tmp_path / "test_hangs.py").write_text(HANGS)
    process = mutants.start(tmp_path, ["test_hangs.py"])
    while not (tmp_path / "sleeper").exists():
        assert process.poll() is None
        time.sleep(0.05)
    mutants.end(process)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "sleeper").read_text()), 0)
