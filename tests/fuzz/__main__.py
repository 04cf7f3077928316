# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutate what comes from the wire, and look for what breaks: python3 -m tests.fuzz.

$SECONDS_ says how long (default 600), $SEED repeats a run. Inputs that take a branch that none before has taken are made short
and kept in tests/unit/fixtures/corpus, which unit tests replay; so are those that break something, until it is mended.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from collections.abc import Callable

from tests.fuzz.coverage import Branch, Coverage
from tests.fuzz.mutation import mutated, shorter
from tests.unit.fuzz.readers import READERS
from tests.unit.fuzz.seeds import CORPUS, corpus, seeds

MEMORY = 1 << 30  # bytes of address space: what takes more fails
SECONDS_OF_ONE = 1.0
MOST_KEPT = 300
MOST_BYTES = 200 * 1024  # of all files together
SHORTEN_BELOW = 2048  # bytes; what is longer is not worth the time


class Fuzzer:
    """One reader, with the inputs that are known and the branches that they take."""

    def __init__(self, name: str, first: list[bytes], kept: list[bytes], coverage: Coverage) -> None:
        self.name, self.executions = name, 0
        self.broken: dict[str, bytes] = {}  # {what happened: the first input}
        self._read, self._coverage = READERS[name], coverage
        self._seen: set[Branch] = set()
        self.pool: list[bytes] = []
        for data in first:
            self._seen |= self.run(data)
        self.pool = list(first)
        self.kept = [data for data in sorted(kept, key=len) if self._adds(data)]
        self.pool += self.kept

    def run(self, data: bytes) -> set[Branch]:
        """The branches that the input takes; what it breaks is noted."""
        self.executions += 1
        began = time.process_time()
        try:
            taken = self._coverage.of(self._read, data)
        except Exception as error:  # each is a finding, whatever it is
            where = error.__traceback__
            while where.tb_next:
                where = where.tb_next
            self.broken.setdefault(f"{type(error).__name__} in {where.tb_frame.f_code.co_name}: {error}"[:300], data)
            return set()
        if time.process_time() - began > SECONDS_OF_ONE:
            self.broken.setdefault("it takes too long", data)
        return taken

    def step(self, chance: random.Random) -> None:
        """Try one new input; keep it when it takes a new branch."""
        data = mutated(chance.choice(self.pool), self.pool, chance)
        new = self.run(data) - self._seen
        if not new:
            return
        if len(data) <= SHORTEN_BELOW:
            data = shorter(data, lambda attempt: new <= self.run(attempt))
        self._seen |= self.run(data)
        self.pool.append(data)
        self.kept.append(data)

    @property
    def branches(self) -> int:
        return len(self._seen)

    def _adds(self, data: bytes) -> bool:
        taken = self.run(data)
        new = taken - self._seen
        self._seen |= taken
        return bool(new)


def main() -> None:
    """Fuzz all readers by turns, and write down what was worth it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds, seed = float(os.environ.get("SECONDS_") or 600), int(os.environ.get("SEED") or time.time_ns() % 2**32)
    chance, coverage = random.Random(seed), Coverage()
    first = seeds()
    fuzzers = [Fuzzer(name, first[name], corpus(name), coverage) for name in READERS]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for fuzzer in fuzzers:
            for _unused in range(50):
                fuzzer.step(chance)
    coverage.close()
    for fuzzer in fuzzers:
        print(f"{fuzzer.name}: {fuzzer.executions} inputs, {fuzzer.branches} branches, {len(fuzzer.kept)} kept")
    write(fuzzers)
    total, broken = sum(fuzzer.executions for fuzzer in fuzzers), sum(len(fuzzer.broken) for fuzzer in fuzzers)
    print(f"{total} inputs in {seconds:.0f} s with SEED={seed}; {broken} kinds of what must not happen")
    for fuzzer in fuzzers:
        for what, data in fuzzer.broken.items():
            print(f"{fuzzer.name}: {what}\n  {data.hex()}", file=sys.stderr)
    sys.exit(1 if broken else 0)


def write(fuzzers: list[Fuzzer], say: Callable[[str], None] = print) -> None:
    """Keep the shortest inputs that fit, and all that broke something."""
    CORPUS.mkdir(exist_ok=True)
    wanted = sorted(((data, fuzzer.name) for fuzzer in fuzzers for data in fuzzer.kept), key=lambda each: len(each[0]))
    taken, size = [], 0
    for data, name in wanted[:MOST_KEPT]:
        size += 2 * len(data) + 1
        if size <= MOST_BYTES:
            taken.append((data, name))
    if len(taken) < len(wanted):
        say(f"{len(wanted) - len(taken)} inputs were too many or too long to keep")
    for fuzzer in fuzzers:
        kept = {data for data, name in taken if name == fuzzer.name} | {*fuzzer.broken.values()}
        lines = "".join(f"{data.hex()}\n" for data in sorted(kept, key=lambda data: (len(data), data)))
        (CORPUS / f"{fuzzer.name}.hex").write_text(lines)


if __name__ == "__main__":
    main()
