"""Fixture `play`: real playbooks over scripted modules. See README.md here."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from scripted import play as plays  # noqa: E402 - from here


def pytest_collection_modifyitems(items):
    reason = why_not()
    for item in items:
        if reason and "play" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=reason))


def why_not() -> str:
    """Why no play can run here; empty when it can."""
    if os.getuid() == 0:
        return ""
    tried = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "true"], capture_output=True, check=False
    )
    return (
        ""
        if tried.returncode == 0
        else "needs root or user namespaces: each host of a play has a root folder of its own"
    )


class Plays:
    """Runs, each made once for all tests that ask for the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[str, plays.Run] = {}
        self.stage = plays.Stage(folder)
        self._numbers = itertools.count()

    def __call__(
        self,
        world: str,
        playbook: str,
        *arguments: str,
        after: Optional[plays.Run] = None,
        forks: bool = False,
        **changes: Any,
    ) -> plays.Run:
        """The run of `playbook` on a world of worlds/, changed by `changes` (hosts, vars, answers, …).

        `forks`: hosts do things at the same time. `after`: on what this earlier run has left instead, with `changes` over
        the state of its world (scripted/state.py), and with `files={host: {path: text}}`
        and `home={path: text}` that somebody wrote meanwhile (null: took away).
        """
        key = json.dumps(
            [world, playbook, arguments, after and str(after.folder), forks, changes], sort_keys=True, default=str
        )
        if key not in self.made:
            folder = self.folder / f"run{next(self._numbers)}"
            if after is None:
                folder.mkdir()
                plays.begin(folder, plays.read_world(world, changes))
            else:
                plays.copied(after, folder)
                self._change(folder, changes)
            self.made[key] = self.stage.run(folder, playbook, *arguments, forks=forks)
        return self.made[key]

    @staticmethod
    def _change(folder: Path, changes: Mapping[str, Any]) -> None:
        for host, files in changes.get("files", {}).items():
            for name, text in files.items():
                (plays.state.root_of(host, folder) / name.lstrip("/")).write_text(text)
        for name, text in changes.get("home", {}).items():
            if text is None:
                (folder / "home" / name).unlink()
            else:
                (folder / "home" / name).write_text(text)
        path = folder / "world.json"
        path.write_text(json.dumps(plays.merged(json.loads(path.read_text()), changes)))


@pytest.fixture(scope="session")
def play(tmp_path_factory) -> Iterator[Plays]:
    plays = Plays(tmp_path_factory.mktemp("plays"))
    yield plays
    plays.stage.close()
