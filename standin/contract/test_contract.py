# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays the table on the lab's hosts. Needs a lab with three fresh hosts."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.cache import REPO
from standin import snap
from standin.contract.table import CONTRACT, DATA, Row, Step
from standin.contract.transcripts import here, masked, read

HOSTS = ("base", "tb1", "tb2")
SEEDS_FINGERPRINT = "2073c395c60e"  # in the transcripts
PAUSE = 2.0  # seconds between two tries
_latest = {"token": ""}


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """The snap on every host, under a name that the host itself resolves, as the identity role would have it."""
    file = snap.build()
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda host: _install(host, file), HOSTS))
    _bring("base", snap.build(snap.NEXT_VERSION), "next.snap")


def _bring(host: str, file: Path, name: str) -> None:
    with file.open("rb") as content:
        subprocess.run([*_shell(host), f"cat > /root/{name}"], stdin=content, check=True, cwd=REPO)


def _install(host: str, file: Path) -> None:
    _bring(host, file, "microk8s.snap")
    name = f"hostnamectl hostname {host} && echo 127.0.1.1 {host} >> /etc/hosts"
    installed = _run(host, f"{name} && snap install --dangerous --classic /root/microk8s.snap")
    assert installed.returncode == 0, installed.stderr


def _shell(host: str) -> list[str]:
    return [sys.executable, "-m", "lab", "exec", host, "bash", "-c"]


def _run(host: str, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*_shell(host), command], capture_output=True, text=True, check=False, cwd=REPO)


def _ask(host: str, command: str) -> str:
    result = _run(host, command)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def _prepared(entry: Row | Step, command: str) -> str:
    """A command for the lab's hosts: their names and addresses, the seed's fingerprint, and a token where one is due."""
    text = here(command)
    if SEEDS_FINGERPRINT in text:
        digest = f"openssl x509 -in {DATA}/certs/server.crt -outform DER | sha256sum | cut -c1-12"
        text = text.replace(SEEDS_FINGERPRINT, _ask("base", digest))
    if entry.token == "fresh":
        _latest["token"] = _ask("base", "/snap/bin/microk8s add-node --format token")
    return re.sub(r"(?<=:25000/)[0-9a-f]{32}", _latest["token"], text) if entry.token else text


@pytest.mark.parametrize("entry", CONTRACT, ids=lambda entry: entry.name)
def test_as_microk8s_does(entry: Row | Step) -> None:
    """A row prints, returns and leaves what MicroK8s did; a step succeeds."""
    if isinstance(entry, Step):
        _take(entry)
        return
    real = read(entry.number)
    result = _run(here(real.host), _prepared(entry, entry.part or real.command))
    printed, expected = masked(result.stdout), masked(here(real.stdout))
    if entry.part:
        assert result.returncode == 0, result.stderr
        assert printed in expected
    else:
        assert (result.returncode, printed) == (real.exit_status, expected), result.stderr
        # Of a traceback the last line is what anybody reads.
        seen = slice(-1 if "Traceback" in real.stderr else 0, None)
        assert masked(result.stderr).splitlines()[seen] == masked(here(real.stderr)).splitlines()[seen]
    assert set(_ask(here(real.host), f"ls -A {DATA}/var/lock").split()) == real.locks


def _take(step: Step) -> None:
    result = _run(step.host, _prepared(step, step.command))
    for _ in range(step.tries - 1):
        if result.returncode == 0:
            break
        time.sleep(PAUSE)
        result = _run(step.host, _prepared(step, step.command))
    assert result.returncode == 0, f"{step.command}\n{result.stdout}{result.stderr}"
