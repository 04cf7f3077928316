# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A leak is found wherever it is, and what has to be seen is no leak."""

from __future__ import annotations

import base64
import sys

import pytest

from lab import leaks

TOKEN = "0123456789abcdef0123456789abcdef"
URL = f"10.88.0.10:25000/{TOKEN}/2073c395c60e"
LINES = ["MIIEpAIBAAKCAQEA" + "k" * 48, "Q" * 64]
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join([*LINES, "shortend=="]) + "\n-----END RSA PRIVATE KEY-----\n"
CERTIFICATE = f"-----BEGIN CERTIFICATE-----\n{'c' * 64}\n-----END CERTIFICATE-----\n"
DATA = base64.b64encode(KEY.encode()).decode()
KUBECONFIG = f"    certificate-authority-data: {DATA[::-1]}\n    token: abcdefghijklmnop\n    client-key-data: {DATA}\n"


@pytest.fixture
def hosts(tmp_path, monkeypatch):
    """Two hosts' disks; only base has secrets."""
    folder = tmp_path / "hosts"
    for name in ("base", "tb1"):
        (folder / name / "upper/etc").mkdir(parents=True)
    data = folder / "base/data/microk8s/x1"
    (data / "credentials").mkdir(parents=True)
    (data / "certs").mkdir()
    (data / "certs/ca.key").write_text(KEY)
    (data / "certs/ca.crt").write_text(CERTIFICATE)
    (data / "credentials/client.config").write_text(KUBECONFIG)
    (data / "credentials/cluster-tokens.txt").write_text(f"{TOKEN}|1795248332\n")
    monkeypatch.setattr(leaks.state, "FOLDER", tmp_path)
    monkeypatch.setattr(leaks, "journal", lambda host: _read(host / "journal"))
    return folder


def _read(path):
    return path.read_text() if path.exists() else ""


def test_the_secrets_of_a_host(hosts):
    found = leaks.secrets_of([hosts / "base", hosts / "tb1"])
    assert set(found) == {TOKEN, *LINES, "abcdefghijklmnop", DATA[leaks.PIECE]}
    assert found[TOKEN] == "token in cluster-tokens.txt of base"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (f"{TOKEN}\n", [TOKEN]),
        (f"{TOKEN}|1795248332\n\n", [TOKEN]),
        (f"10.88.0.21:25000 {TOKEN}\n", [TOKEN]),
        ("short\n", []),
    ],
)
def test_tokens(text, tokens):
    assert leaks.tokens_in(text) == tokens


@pytest.mark.parametrize(
    ("command", "left"),
    [
        (["/snap/bin/microk8s", "join", URL, "--worker"], ["/snap/bin/microk8s", "join", "--worker"]),
        (["snap-exec", "microk8s", "join", URL], ["snap-exec", "microk8s", "join"]),
        (["sh", "-c", f"microk8s join {URL}"], ["sh", "-c", f"microk8s join {URL}"]),
        (["python3", "microk8s_join.py", URL], ["python3", "microk8s_join.py", URL]),
    ],
)
def test_only_the_join_itself_may_show_its_url(command, left):
    assert leaks.without_join_urls(command) == left


def prints(text):
    """A command that takes long enough to be looked at."""
    return [sys.executable, "-c", f"import time; time.sleep({3 * leaks.INTERVAL}); print({text!r})"]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (None, None, "nothing leaked"),
        ("tb1/journal", f"joining {URL}\n", "journal of tb1, line 1: the token in cluster-tokens.txt of base"),
        ("tb1/console.log", f"a\nb {LINES[1]}\n", "console of tb1, line 2: the key in ca.key of base"),
        ("tb1/upper/etc/left", KUBECONFIG, "tb1:/etc/left, line 2: the credential in client.config of base"),
        ("tb1/upper/etc/left", CERTIFICATE, "nothing leaked"),
    ],
)
def test_what_is_left_on_a_host(hosts, capsys, path, text, said):
    if path:
        (hosts / path).write_text(text)
        (hosts / path).chmod(0o644)
    code = leaks.run(prints("done"))
    printed = capsys.readouterr().out
    assert said in printed and code == (0 if said == "nothing leaked" else 1)
    assert TOKEN not in printed


def test_a_file_of_root_alone_is_no_leak(hosts):
    (hosts / "tb1/upper/etc/kept").write_text(KUBECONFIG)
    (hosts / "tb1/upper/etc/kept").chmod(0o600)
    assert leaks.run(prints("done")) == 0


def test_what_is_printed_and_what_ps_shows(hosts, capsys):
    assert leaks.run(prints(TOKEN)) == 1
    printed = capsys.readouterr().out
    assert "output, line 1: the token in cluster-tokens.txt of base" in printed
    assert "ps, line " in printed


def test_a_run_without_a_join_proves_nothing(hosts, capsys):
    (hosts / "base/data/microk8s/x1/credentials/cluster-tokens.txt").write_text("")
    assert leaks.run(prints("done")) == 1
    assert "nothing is proven" in capsys.readouterr().out


def test_a_command_that_fails(hosts):
    assert leaks.run(["sh", "-c", "exit 7"]) == 7
