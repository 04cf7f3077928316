#!/usr/bin/env python3
"""Break one behaviour at a time and see whether its tests notice: tools/mutants.py [--list] [WORDS...]

tests/mutants.toml says what is broken and which tests must fail then; WORDS choose those whose name has one of them.
Nothing is changed in this checkout: each mutant lives in a copy. Exit code 1 names those that nobody noticed, 2 says
that the table is wrong or that a test fails without any mutant. Run it as tools/with 2.21 tools/mutants.py.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import tomllib

REPO = Path(__file__).resolve().parent.parent
TABLE = REPO / "tests" / "mutants.toml"
TIME_LIMIT_S = 600  # of the tests of one mutant; the play tests among them take half a minute on a busy machine
GRACE_S = 20  # what an interrupted pytest may take to end its fixtures
PASSED, FAILED = 0, 1  # exit codes of pytest; all others say that it did not come to run the tests


class TableError(Exception):
    """What is wrong with the table, and what to do."""


@dataclass(frozen=True)
class Mutant:
    """`name`: the behaviour that is broken, by having `new` in the place of `old` in `file`; `tests` must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: `word` for the table, `told` by pytest, after `seconds`."""

    word: str
    told: str
    seconds: float


def read_table(text: str) -> list[Mutant]:
    """The mutants of a table. Raises TableError when two have one name, or when one does nothing."""
    mutants = [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in tomllib.loads(text)["mutant"]]
    names = [mutant.name for mutant in mutants]
    for mutant in mutants:
        if names.count(mutant.name) > 1:
            raise TableError(f"'{mutant.name}' is there twice. Fix: give one of the two another name")
        if mutant.old == mutant.new or not mutant.tests:
            raise TableError(f"'{mutant.name}' changes nothing, or names no test")
    return mutants


def mutated(text: str, mutant: Mutant) -> str:
    """`text`, the content of the mutant's file, with the behaviour broken. Raises TableError where it cannot be."""
    times = text.count(mutant.old)
    if times != 1:
        raise TableError(
            f"'{mutant.name}': its old text is {times} times in {mutant.file} and must be there once. Fix: when the code has "
            "changed, let the entry in tests/mutants.toml break the same behaviour as it is written now"
        )
    return text.replace(mutant.old, mutant.new)


@contextmanager
def copy_of_checkout() -> Iterator[Path]:
    """A folder with all that git knows or would add, importable as the collection, for as long as it is used."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO,
        capture_output=True,
        check=True,
    )
    with tempfile.TemporaryDirectory(prefix="rosfleet-mutant-") as folder:
        copy = Path(folder) / "cluster"
        for name in filter(None, listed.stdout.decode().split("\0")):
            if os.path.lexists(REPO / name):  # else it is deleted here and git was not told yet
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPO / name, copy / name, follow_symlinks=False)
        collections = copy / ".collections" / "ansible_collections" / "rosfleet"
        collections.mkdir(parents=True)
        (collections / "cluster").symlink_to("../../..")
        yield copy


def run_tests(copy: Path, tests: list[str], *options: str) -> tuple[int, str]:
    """(pytest's exit code, what it printed) of these tests in a copy; a run that does not end is ended."""
    process = start(copy, tests, *options)
    try:
        output, _ = process.communicate(timeout=TIME_LIMIT_S)
    except subprocess.TimeoutExpired:
        end(process)
        return -signal.SIGKILL, f"no end after {TIME_LIMIT_S} s"
    return process.returncode, output


def start(copy: Path, tests: list[str], *options: str) -> subprocess.Popen:
    """A pytest of these tests in a copy, in a session of its own."""
    # Who runs in the background of a shell ignores interrupts, and so would all that it starts.
    program = (
        "import signal, sys, pytest; signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(pytest.main())"
    )
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": f"{copy}/.collections",
        "ANSIBLE_CONFIG": f"{copy}/ansible.cfg",
        "ANSIBLE_HOME": f"{copy}/.ansible",
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "200",
    }
    return subprocess.Popen(
        [sys.executable, "-c", program, "-rf", "--tb=short", *options, *tests],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen) -> None:
    """End a pytest that does not: interrupted, it ends what its fixtures have started, in sessions of their own."""
    os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def judge(code: int, output: str) -> tuple[str, str]:
    """(word, what to say beside it) for a mutant whose tests ended like this.

    Only a test that failed has caught it: a mutant that cannot be imported, or a test that is not there, proves nothing.
    """
    if code == FAILED:
        failed = re.search(r"^FAILED (.*)", output, re.MULTILINE)
        return "caught", failed.group(1) if failed else ""
    if code == PASSED:
        return "SURVIVED", output.strip().splitlines()[-1]
    return "UNUSABLE", output.strip()[-600:]


def put_to_the_test(mutant: Mutant) -> Fate:
    """The fate of one mutant in a copy of its own."""
    began = time.monotonic()
    with copy_of_checkout() as copy:
        file = copy / mutant.file
        file.write_text(mutated(file.read_text(), mutant))
        word, told = judge(*run_tests(copy, list(mutant.tests), "--exitfirst"))
    return Fate(word, told, time.monotonic() - began)


def chosen(mutants: list[Mutant], words: list[str]) -> list[Mutant]:
    """The mutants whose name has one of `words`; all of them without any."""
    found = [mutant for mutant in mutants if not words or any(word.lower() in mutant.name.lower() for word in words)]
    if not found:
        raise TableError(f"no mutant's name has any of: {', '.join(words)}. Fix: see them with --list")
    return found


def check(mutants: list[Mutant]) -> None:
    """See that each can be made, and that without any of them their tests pass. Raises TableError."""
    for mutant in mutants:
        mutated((REPO / mutant.file).read_text(), mutant)
    tests = list(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    with copy_of_checkout() as copy:
        code, output = run_tests(copy, tests)
    if code != PASSED:
        raise TableError(f"without any mutant, their tests do not pass:\n{output.strip()[-3000:]}")


def main(arguments: argparse.Namespace) -> int:
    began = time.monotonic()
    mutants = chosen(read_table(TABLE.read_text()), arguments.words)
    if arguments.list:
        print("\n".join(f"{mutant.name}  [{mutant.file}]" for mutant in mutants))
        return 0
    check(mutants)
    print(f"their tests pass as long as nothing is broken ({time.monotonic() - began:.0f} s)", flush=True)
    fates = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for mutant, fate in zip(mutants, pool.map(put_to_the_test, mutants)):
            fates.append(fate.word)
            print(f"{fate.word:8} {fate.seconds:5.1f} s  {mutant.name}  ({fate.told})", flush=True)
    caught = fates.count("caught")
    print(f"{caught} of {len(fates)} caught in {time.monotonic() - began:.0f} s")
    return 0 if caught == len(fates) else 1


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORDS", help="break only those whose name has one of these")
    parser.add_argument("--list", action="store_true", help="break nothing, list what can be broken")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at the same time")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(parse(sys.argv[1:])))
    except TableError as wrong:
        print(f"tests/mutants.toml: {wrong}", file=sys.stderr)
        sys.exit(2)
