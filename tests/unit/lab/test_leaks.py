# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A leak is found wherever it is, and what has to be seen is no leak."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest

from lab import leaks

TOKEN = "0123456789abcdef0123456789abcdef"
URL = f"10.88.0.10:25000/{TOKEN}/2073c395c60e"
SCRIPT = "/snap/microk8s/x1/scripts/wrappers/join.py"
NOTE = f"Nov 21 12:00:00 tb1 sudo[5]:     root : PWD=/root ; USER=root ; COMMAND=/usr/bin/python3 -B {SCRIPT} {URL} --worker\n"
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
    # A scenario may run on this machine at the same time: its joins are in the list of processes, too.
    everything = leaks._command_lines
    monkeypatch.setattr(
        leaks,
        "_command_lines",
        lambda: (line for line in everything() if leaks.without_join_url(line)[1] <= {TOKEN}),
    )
    return folder


def _read(path):
    return path.read_text() if path.exists() else ""


def test_the_secrets_of_a_host(hosts):
    found = leaks.secrets_of([hosts / "base", hosts / "tb1"])
    assert set(found) == {TOKEN, *LINES, "abcdefghijklmnop", DATA[leaks.PIECE]}
    assert found[TOKEN] == "token in cluster-tokens.txt of base"


def test_join_tokens_that_are_left_are_counted_and_not_shown(hosts):
    assert leaks.join_tokens_left(leaks.hosts()) == ["base: 1 in cluster-tokens.txt"]
    credentials = hosts / "base/data/microk8s/x1/credentials"
    (credentials / "cluster-tokens.txt").write_text("\n")
    (credentials / "certs-request-tokens.txt").write_text(f"{TOKEN}-kubelet\n{TOKEN}-proxy\n")
    assert leaks.join_tokens_left(leaks.hosts()) == ["base: 2 in certs-request-tokens.txt"]
    (credentials / "certs-request-tokens.txt").write_text("")
    assert leaks.join_tokens_left(leaks.hosts()) == []


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
    ("command", "left", "told"),
    [
        (["/snap/bin/microk8s", "join", URL, "--worker"], ["/snap/bin/microk8s", "join", "--worker"], {TOKEN}),
        (["snap-exec", "microk8s", "join", URL], ["snap-exec", "microk8s", "join"], {TOKEN}),
        (["sudo", "python3", SCRIPT, URL, "--worker"], ["sudo", "python3", SCRIPT, "--worker"], {TOKEN}),
        (["microk8s", "join", "--help"], ["microk8s", "join", "--help"], set()),
        (["microk8s", "join"], ["microk8s", "join"], set()),
        (["sh", "-c", f"microk8s join {URL}"], ["sh", "-c", f"microk8s join {URL}"], set()),
        (["python3", "microk8s_member.py", URL], ["python3", "microk8s_member.py", URL], set()),
    ],
)
def test_only_the_join_itself_may_show_its_url(command, left, told):
    assert leaks.without_join_url(command) == (left, told)


def test_only_sudos_note_of_a_join_may_show_its_url():
    others = (
        f"Nov 21 12:00:01 tb1 python3[7]: ansible-x COMMAND=microk8s join {URL}\nNov 21 12:00:02 tb1 sudo[8]: {URL}\n"
    )
    assert leaks.without_sudos_joins(NOTE + others) == (NOTE.replace(f"{URL} ", "") + others, {TOKEN})


def test_what_a_token_derives_from():
    assert leaks.origins([TOKEN, "b-kubelet", "c-proxy", "d-kubelet-x"]) == {TOKEN, "b", "c", "d-kubelet-x"}


def prints(text):
    """A command that prints it."""
    return [sys.executable, "-c", f"print({text!r})"]


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


@pytest.mark.parametrize(
    ("at_the_end", "said"),
    [
        ("", "1 tokens in the command lines of joins, as MicroK8s shows them, are dead\nnothing leaked"),
        (f"{TOKEN}\n", "journal of tb1, command line of a join: a token that is still good"),
        (f"{TOKEN}-kubelet\n", "journal of tb1, command line of a join: a token that is still good"),
        (f"{TOKEN}-proxy\n", "journal of tb1, command line of a join: a token that is still good"),
    ],
)
@pytest.mark.parametrize("name", ["cluster-tokens.txt", "certs-request-tokens.txt"])
def test_a_join_may_have_shown_a_token_that_is_dead(hosts, capsys, at_the_end, said, name):
    """Dead is one that is in no file of tokens of any host, by itself or as what derives from it."""
    (hosts / "tb1/journal").write_text(NOTE)
    tokens = hosts / "base/data/microk8s/x1/credentials"
    ending = f"import pathlib; pathlib.Path({str(tokens / 'cluster-tokens.txt')!r}).write_text('')"
    ending += f"; pathlib.Path({str(tokens / name)!r}).write_text({at_the_end!r})"
    code = leaks.run([sys.executable, "-c", ending])
    assert (said in capsys.readouterr().out, code) == (True, 0 if at_the_end == "" else 1)


def test_a_dead_token_anywhere_else_is_a_leak_all_the_same(hosts, capsys):
    (hosts / "tb1/journal").write_text(
        f"Nov 21 12:00:00 tb1 python3[7]: ansible-microk8s_member Invoked with url={URL}\n"
    )
    empty = f"open({str(hosts / 'base/data/microk8s/x1/credentials/cluster-tokens.txt')!r}, 'w')"
    assert leaks.run([sys.executable, "-c", empty]) == 1
    assert "journal of tb1, line 1: the token in cluster-tokens.txt of base" in capsys.readouterr().out


def test_a_file_of_root_alone_is_no_leak(hosts):
    (hosts / "tb1/upper/etc/kept").write_text(KUBECONFIG)
    (hosts / "tb1/upper/etc/kept").chmod(0o600)
    assert leaks.run(prints("done")) == 0


def test_what_is_printed(hosts, capsys):
    assert leaks.run(["echo", TOKEN]) == 1
    assert "output, line 1: the token in cluster-tokens.txt of base" in capsys.readouterr().out


def test_what_ps_shows(hosts, capsys):
    command = [sys.executable, "-c", "print(flush=True); input()", TOKEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shown:
        shown.stdout.readline()  # a program has no command line in the moment in which it takes the place of another
        assert leaks.run(["true"]) == 1
        shown.communicate(b"\n")
    assert "ps, line " in capsys.readouterr().out


def test_a_run_without_a_join_proves_nothing(hosts, capsys):
    (hosts / "base/data/microk8s/x1/credentials/cluster-tokens.txt").write_text("")
    assert leaks.run(prints("done")) == 1
    assert "nothing is proven" in capsys.readouterr().out


def test_a_command_that_fails(hosts):
    assert leaks.run(["sh", "-c", "exit 7"]) == 7
