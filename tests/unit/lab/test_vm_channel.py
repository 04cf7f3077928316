# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Talking to QEMU and to the guest agent, with a socket that answers from a script."""

from __future__ import annotations

import base64
import json
import socket
import threading

import pytest

from lab.fleet.shell import LabError
from lab.vm import channel


@pytest.fixture
def serve(tmp_path):
    """Start a server that greets, and gives each question what a function of the test says; returns path and questions."""
    listener = socket.socket(socket.AF_UNIX)
    path = tmp_path / "socket"
    listener.bind(str(path))
    listener.listen(1)
    threads, asked = [], []

    def start(answers, greeting=()):
        def answer():
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb") as lines:
                for line in greeting:
                    lines.write(json.dumps(line).encode() + b"\n")
                lines.flush()
                for question in lines:
                    asked.append(json.loads(question))
                    for each in answers(asked[-1]):
                        lines.write(json.dumps(each).encode() + b"\n")
                    lines.flush()

        threads.append(threading.Thread(target=answer, daemon=True))
        threads[-1].start()
        return path, asked

    yield start
    for thread in threads:
        thread.join(timeout=10)
    listener.close()


def test_qemu_is_given_its_order_after_the_greeting_and_events_are_no_answers(serve):
    path, asked = serve(lambda _question: [{"event": "POWERDOWN"}, {"return": {}}], greeting=[{"QMP": {}}])
    channel.qmp(path, "set_link", name="ros", up=False)
    assert [question["execute"] for question in asked] == ["qmp_capabilities", "set_link"]
    assert asked[-1]["arguments"] == {"name": "ros", "up": False}


def test_an_order_that_qemu_does_not_take_is_an_error_in_its_words(serve):
    path, _ = serve(lambda _question: [{"error": {"desc": "no such device"}}], greeting=[{"QMP": {}}])
    with pytest.raises(LabError, match="qmp_capabilities was refused: no such device"):
        channel.qmp(path, "system_powerdown")


@pytest.mark.parametrize("inside, behind", [(1_000_400_000_000, 0.6), (1_003_000_000_000, -2.0)])
def test_how_far_the_clock_inside_is_behind_is_reckoned_from_the_middle_of_question_and_answer(serve, inside, behind):
    def answers(question):
        return [{"return": inside if question["execute"] == "guest-get-time" else question["arguments"]["id"]}]

    path, _ = serve(answers)
    clock = iter([1_000_000_000_000, 1_002_000_000_000])
    assert channel.clock_offset(path, now=lambda: next(clock)) == pytest.approx(behind)


def agent(*states):
    """An agent that runs one command, which is in these states when it is asked."""
    left = list(states)

    def answers(question):
        if question["execute"] == "guest-sync":
            return [{"return": 7}, {"return": question["arguments"]["id"]}]  # one that nobody waited for comes first
        if question["execute"] == "guest-exec":
            return [{"return": {"pid": 42}}]
        return [{"return": left.pop(0)}]

    return answers


def test_a_command_is_run_until_it_ends_and_its_words_and_status_are_returned(serve):
    out, err = (base64.b64encode(text).decode() for text in (b"said\n", b"oh\n"))
    path, asked = serve(agent({"exited": False}, {"exited": True, "exitcode": 3, "out-data": out, "err-data": err}))
    assert channel.run(path, ["nft", "-f", "-"], "rules") == channel.Outcome(3, b"said\n", b"oh\n")
    given = next(question["arguments"] for question in asked if question["execute"] == "guest-exec")
    assert given["path"] == "nft" and given["arg"] == ["-f", "-"]
    assert base64.b64decode(given["input-data"]) == b"rules"


def test_a_command_that_a_signal_ended_did_not_succeed(serve):
    path, _ = serve(agent({"exited": True, "signal": 9}))
    assert channel.run(path, ["true"]).status == 137


def test_a_machine_without_an_agent_is_an_error_that_says_so(serve, monkeypatch):
    monkeypatch.setattr(channel, "AGENT_TIMEOUT", 0.05)
    path, _ = serve(lambda _question: [])
    with pytest.raises(LabError, match="no answer within"):
        channel.run(path, ["true"])


def test_a_machine_that_is_gone_is_an_error(tmp_path):
    with pytest.raises(LabError, match="No such file"):
        channel.run(tmp_path / "absent", ["true"])
