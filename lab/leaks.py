# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does a run of Ansible let a secret of the cluster out? Run by tools/leaks.

While the command runs, all command lines of the machine are noted (the hosts' processes are among them), and all join
tokens that a host has on its disk. At its end every secret of every host is looked for in what was printed, in the
command lines, in the hosts' journals and consoles, and in what anybody may read on their disks.

One thing cannot be kept secret: MicroK8s' join takes its URL on the command line, which `ps` shows, and calls itself under
sudo, which writes it into the host's journal. There, and nowhere else, a token may stand, if it is dead: in no file of
tokens of any host any more, nor anything that derives from it.
"""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lab.fleet import state

INTERVAL = 0.25  # seconds between two looks; a look takes some 20 ms, and add-node and join live longer than this
CREDENTIALS = "data/microk8s/*/credentials/"
TOKENS = CREDENTIALS + "*tokens.txt"
JOIN_TOKENS = ("cluster-tokens.txt", "certs-request-tokens.txt")
KEYS = ("data/microk8s/*/certs/*.key", "data/microk8s/*/var/kubernetes/backend/*.key")
KUBECONFIGS = CREDENTIALS + "*.config"
# Enough of a secret to know it by, wherever it is cut; base64 of all PEM files begins the same.
PIECE = slice(80, 128)
URL = re.compile(r"[\d.]+:25000/([0-9A-Za-z]{32,})(?:/[0-9a-f]+)?")
SUDO = re.compile(r"^(?P<before>.* sudo\[\d+\]: .* COMMAND=)(?P<command>.*)$", re.MULTILINE)
LARGEST = 2**20  # bytes; no text in which a secret could be is larger


def tokens_in(text: str) -> list[str]:
    """The tokens in a file of them: the last word of a line, without its end of life."""
    words = (line.split()[-1].split("|")[0] for line in text.splitlines() if line.strip())
    return [word for word in words if len(word) >= 16]


def keys_in(pem: str) -> list[str]:
    """The full lines of each private key."""
    blocks = re.findall(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n(.*?)-----END", pem, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if len(line) >= 64]


def credentials_in(kubeconfig: str) -> list[str]:
    """What lets one in: a token, and a client's key as it is written there and as the lines of the key."""
    found = re.findall(r"^ *(?:token|password): *(\S+)$", kubeconfig, re.MULTILINE)
    for data in re.findall(r"client-key-data: *(\S+)$", kubeconfig, re.MULTILINE):
        found.append(data[PIECE])
        try:
            found += keys_in(base64.b64decode(data).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    return [secret.strip("'\"") for secret in found if len(secret) >= 16]


def secrets_of(hosts: Iterable[Path]) -> dict[str, str]:
    """{secret: what it is} of every host, by the folders of their disks."""
    found: dict[str, str] = {}
    for host in hosts:
        for pattern, read, kind in (
            (TOKENS, tokens_in, "token"),
            *((keys, keys_in, "key") for keys in KEYS),
            (KUBECONFIGS, credentials_in, "credential"),
        ):
            for path in host.glob(pattern):
                for secret in read(path.read_text(errors="replace")):
                    found.setdefault(secret, f"{kind} in {path.name} of {host.name}")
    return found


def join_tokens_left(hosts: Iterable[Path]) -> list[str]:
    """``HOST: COUNT in FILE`` for each file of join tokens, and of what derives from them, that is not empty."""
    files = [path for host in hosts for name in JOIN_TOKENS for path in sorted(host.glob(CREDENTIALS + name))]
    counts = {path: len(tokens_in(path.read_text())) for path in files}
    return [
        f"{path.relative_to(_folder()).parts[0]}: {count} in {path.name}" for path, count in counts.items() if count
    ]


def hosts() -> list[Path]:
    """The folders of the hosts' disks."""
    return sorted(path for path in _folder().iterdir() if path.is_dir())


def _folder() -> Path:
    return state.FOLDER / "hosts"


def leaks_in(text: str, where: str, secrets: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each secret in the text, with its line and without the secret."""
    for secret, what in secrets.items():
        if secret in text:
            number = text[: text.index(secret)].count("\n") + 1
            yield f"{where}, line {number}: the {what}"


def without_join_url(command: list[str]) -> tuple[list[str], set[str]]:
    """A command line without the URL that a join takes in no other way, and the token in it."""
    names = [Path(word).name for word in command]
    places = {index + 1 for index, name in enumerate(names) if name == "join.py"}
    places |= {index + 2 for index, pair in enumerate(zip(names, names[1:])) if pair == ("microk8s", "join")}
    urls = {index: URL.fullmatch(word) for index, word in enumerate(command) if index in places}
    return [word for index, word in enumerate(command) if not urls.get(index)], {url[1] for url in urls.values() if url}


def without_sudos_joins(journal: str) -> tuple[str, set[str]]:
    """A journal without the URLs in sudo's notes of the joins that it ran, and the tokens in them."""
    tokens: set[str] = set()

    def clean(note: re.Match[str]) -> str:
        words, told = without_join_url(note["command"].split())
        tokens.update(told)
        return note["before"] + " ".join(words)

    return SUDO.sub(clean, journal), tokens


def origins(tokens: Iterable[str]) -> set[str]:
    """The tokens themselves, and those that they derive from."""
    return {re.sub("-(kubelet|proxy)$", "", token) for token in tokens}


class Watch:
    """Notes command lines and tokens while it is open; `told` are those in the command lines of joins."""

    def __init__(self, hosts: list[Path]) -> None:
        self.commands: set[str] = set()
        self.told: set[str] = set()
        self.tokens: dict[str, str] = {}
        self._hosts = hosts
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Watch:
        self._look()  # what is there before the command begins is seen however short that is
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        for command in _command_lines():
            words, told = without_join_url(command)
            self.commands.add(" ".join(words))
            self.told |= told
        for host in self._hosts:
            for path in host.glob(TOKENS):
                for token in tokens_in(_text(path)):
                    self.tokens.setdefault(token, f"token in {path.name} of {host.name}")


def _command_lines() -> Iterator[list[str]]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        text = _text(path)
        if text:
            yield text.rstrip("\0").split("\0")


def _text(path: Path) -> str:
    """The file's text; empty when it is gone meanwhile."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def journal(host: Path) -> str:
    """What the host has logged since it was booted first."""
    command = [
        "journalctl",
        "--directory",
        str(host / "upper/var/log/journal"),
        "--output=short",
        "--all",
        "--no-pager",
    ]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stdout


def readable_by_anybody(host: Path) -> Iterator[Path]:
    """The files on the host's own disk that any of its users may read."""
    for path in (host / "upper").rglob("*"):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            if status.st_mode & 0o004 and status.st_size <= LARGEST:
                yield path


def run(command: list[str]) -> int:
    """Run the command and look for leaks; its own exit code when it fails, 1 when something leaks, else 0."""
    disks = hosts()
    with Watch(disks) as watch:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode != 0:
        print(done.stdout[-6000:])
        return done.returncode
    secrets = {**secrets_of(disks), **watch.tokens}
    if not watch.tokens:
        print("no join token was seen, so nothing is proven: nobody joined")
        return 1
    found = [*leaks_in(done.stdout, "output", secrets), *leaks_in("\n".join(sorted(watch.commands)), "ps", secrets)]
    told = {token: "ps" for token in watch.told}
    for host in disks:
        text, tokens = without_sudos_joins(journal(host))
        told |= {token: f"journal of {host.name}" for token in tokens}
        found += leaks_in(text, f"journal of {host.name}", secrets)
        found += leaks_in(_text(host / "console.log"), f"console of {host.name}", secrets)
        for path in readable_by_anybody(host):
            found += leaks_in(_text(path), f"{host.name}:/{path.relative_to(host / 'upper')}", secrets)
    alive = origins(secrets_of(disks))
    found += [
        f"{where}, command line of a join: a token that is still good"
        for token, where in told.items()
        if token in alive
    ]
    print(f"{len(secrets)} secrets, {len(done.stdout)} bytes of output, {len(watch.commands)} command lines")
    print(f"{len(set(told) - alive)} tokens in the command lines of joins, as MicroK8s shows them, are dead")
    print("\n".join(found) or "nothing leaked")
    return 1 if found else 0
