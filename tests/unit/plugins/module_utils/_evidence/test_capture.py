# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one NIC is recorded with, and the file: private, bounded, and never a reason to fail."""

from __future__ import annotations

import errno
import gzip
import os
import socket
import stat

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence import capture as recording
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence.capture import Capture, write
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence.selection import Room

from .packets import udp
from .test_pcapng import blocks

MAC = bytes(6)
AT_NS = 1_764_201_600_000_000_000


def recorded(*packets, label="eth0", room=None, at_ns=AT_NS):
    capture = Capture(label, room or Room())
    for number, packet in enumerate(packets):
        capture.note(packet, at_ns + number, 0, 1, MAC)
    return capture


def kinds(path):
    with gzip.open(path) as file:
        return [kind for kind, _body in blocks(file.read())]


def test_packets_of_all_nics_are_in_one_private_file_in_their_order(tmp_path):
    path = tmp_path / "file.pcapng.gz"
    path.write_text("of an earlier run, for all to read")
    captures = [recorded(udp(), at_ns=AT_NS + 10), recorded(udp(), udp(), label="ros0 of ros/talker")]
    told = write(str(path), captures)
    assert told == {"path": str(path), "packets": 3, "left_out": 0, "errors": []}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kinds(path) == [0x0A0D0D0A, 1, 1, 6, 6, 6, 5, 5]
    with gzip.open(path) as file:
        packets = [body for kind, body in blocks(file.read()) if kind == 6]
    assert [body[0] for body in packets] == [1, 1, 0]


def test_what_there_was_no_room_for_is_counted_and_what_is_not_wanted_is_not():
    size = 16 + len(udp()) + 32
    capture = recorded(udp(), udp(), udp(ports=(1, 7400)), udp(offset=1480), room=Room(2 * size, size))
    assert (len(capture.packets), capture.left_out) == (2, 1)
    assert write("/nowhere/file", [capture])["left_out"] == 1


def test_a_link_to_another_file_is_replaced_and_not_followed(tmp_path):
    other, path = tmp_path / "other", tmp_path / "file"
    other.write_text("precious")
    path.symlink_to(other)
    write(str(path), [recorded(udp())])
    assert other.read_text() == "precious" and not path.is_symlink()


def test_what_cannot_be_written_is_said(tmp_path):
    told = write(str(tmp_path / "none" / "file"), [recorded(udp())])
    assert told["path"] == "" and "could not be written: No such file or directory" in told["errors"][0]


def test_a_full_disk_leaves_no_half_file(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(recording.pcapng, "pack_file", lambda *arguments: map(full, [None]))
    told = write(str(tmp_path / "file"), [recorded(udp())])
    assert "No space left" in told["errors"][0] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "code, said",
    [
        (errno.EPERM, "nothing was recorded on eth0: Operation not permitted. Run it as root (become: true)."),
        (errno.EAFNOSUPPORT, "nothing was recorded on eth0: Address family not supported by protocol."),
    ],
)
def test_who_may_not_listen_in_says_so_and_goes_on(tmp_path, monkeypatch, code, said):
    def refuse(*arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(recording.socket, "socket", refuse)
    capture = Capture("eth0", Room())
    capture.open("eth0", [(7400, 7649)])
    capture.receive()
    capture.close()
    assert (capture.error, capture.sockets()) == (said, [])
    told = write(str(tmp_path / "file"), [capture])
    assert told == {"path": "", "packets": 0, "left_out": 0, "errors": [said]}
    assert list(tmp_path.iterdir()) == []


def test_times_are_those_of_the_kernel():
    kernels = (socket.SOL_SOCKET, 35, recording._TIME.pack(5, 7))
    assert recording._sent_at([kernels]) == 5_000_000_007
    assert recording._sent_at([]) > AT_NS
