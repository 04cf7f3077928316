# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the resolver for names and hosts for a sign of life, all of them side by side and bounded in time. Private.

Lookups are the C library's getaddrinfo(), the very call of `getent ahostsv4`: the same sources in the same order, and no
text to take apart. Echoes go through one ICMP socket for all hosts, as a minimal image has no `ping`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import selectors
import socket
import struct
import threading
from typing import Callable, Iterator, Mapping, Optional, Sequence

from .._waiting import REAL_CLOCK, Clock
from .proof import ECHO_REPLY, Answer, echo_request, is_echo_reply

ECHO_TRIES = 3
ECHO_WAIT = 0.5  # s; a robot's Wi-Fi that sleeps answers after some 0.3 s
PING_TIME = ECHO_TRIES * ECHO_WAIT  # s, the most that ping() takes
# Names are asked one after the other, as a hosts file answers 200 in 5 ms. Those that are open after this many seconds
# hang behind a DNS server that does not answer, and get a thread each.
PATIENCE = 1.0
ICMP_FILTER = 1  # linux/icmp.h, of level SOL_RAW
SOL_RAW = 255


def ask_system(name: str) -> Answer:
    """The IPv4 addresses of a name by the system's resolver; this may take as long as DNS does."""
    try:
        # As bytes, since Python's own rules for international names have no say in this.
        found = socket.getaddrinfo(name.encode(), None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError as exc:
        return Answer(trouble=exc.strerror or str(exc))
    return Answer(tuple(dict.fromkeys(address[0] for *unused, address in found)))


def look_up(
    names: Sequence[str],
    timeout: float,
    *,
    ask: Callable[[str], Answer] = ask_system,
    patience: float = PATIENCE,
    clock: Clock = REAL_CLOCK,
) -> dict[str, Answer]:
    """The answer for each name; one that hangs for `timeout` seconds is given up (its thread ends with the process)."""
    deadline = clock.now() + timeout
    answers: dict[str, Answer] = {}

    def ask_all(some: Sequence[str]) -> None:
        for name in some:
            answers[name] = ask(name)

    def start(some: Sequence[str]) -> threading.Thread:
        thread = threading.Thread(target=ask_all, args=(some,), daemon=True)
        thread.start()
        return thread

    start(names).join(min(patience, timeout))
    for thread in [start([name]) for name in names if name not in answers]:
        thread.join(max(0.0, deadline - clock.now()))
    silence = Answer(trouble=f"no answer within {timeout:g} s")
    return {name: answers.get(name, silence) for name in names}


class EchoSocket:
    """An ICMP socket, and what it was sent: raw where this user may, else the kernel's ping socket."""

    def __init__(self, sock: socket.socket, *, raw: bool, token: bytes) -> None:
        self._sock = sock
        self._raw = raw
        self._token = token

    def send(self, address: str, sequence: int) -> None:
        """A host that cannot even be sent to is silent like the others."""
        with contextlib.suppress(OSError):
            self._sock.sendto(echo_request(os.getpid() & 0xFFFF, sequence, self._token), (address, 0))

    def replies(self, timeout: float) -> Iterator[str]:
        """The addresses that answered, waiting at most `timeout` seconds for the first of them."""
        if not select.select([self._sock], [], [], timeout)[0]:
            return
        while True:
            try:
                datagram, (address, *unused) = self._sock.recvfrom(2048)
            except BlockingIOError:
                return
            if is_echo_reply(datagram, self._token, ip_header=self._raw):
                yield address


@contextlib.contextmanager
def open_echo_socket() -> Iterator[Optional[EchoSocket]]:
    """None where this user may have no ICMP socket at all."""
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            sock = socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP)
        except OSError:
            continue
        with sock:
            sock.setblocking(False)
            if kind == socket.SOCK_RAW:  # of all the ICMP of this host, echo replies alone
                sock.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("=I", 0xFFFFFFFF ^ (1 << ECHO_REPLY)))
            yield EchoSocket(sock, raw=kind == socket.SOCK_RAW, token=os.urandom(16))
        return
    yield None


def ping(addresses: Sequence[str], echo: EchoSocket, *, clock: Clock = REAL_CLOCK) -> set[str]:
    """The addresses that answered; silent ones are asked ECHO_TRIES times, ECHO_WAIT seconds apart."""
    silent = set(addresses)
    for sequence in range(ECHO_TRIES):
        for address in sorted(silent):
            echo.send(address, sequence)
            silent.difference_update(echo.replies(0))  # so that hundreds of replies do not fill the socket's buffer
        until = clock.now() + ECHO_WAIT
        while silent and clock.now() < until:
            silent.difference_update(echo.replies(max(0.0, until - clock.now())))
    return set(addresses) - silent


def connect_all(targets: Mapping[str, tuple[str, int]], timeout: float, *, clock: Clock = REAL_CLOCK) -> dict[str, int]:
    """Connect to all of `targets`, {name: (address, TCP port)}: 0 or the errno for each, ETIMEDOUT after `timeout` s."""
    codes = dict.fromkeys(targets, errno.ETIMEDOUT)
    deadline = clock.now() + timeout
    with contextlib.ExitStack() as stack:
        waiting = stack.enter_context(selectors.DefaultSelector())
        for name, target in targets.items():
            sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            sock.setblocking(False)
            codes[name] = sock.connect_ex(target)
            if codes[name] == errno.EINPROGRESS:
                codes[name] = errno.ETIMEDOUT
                waiting.register(sock, selectors.EVENT_WRITE, name)
        while waiting.get_map() and clock.now() < deadline:
            for key, _events in waiting.select(max(0.0, deadline - clock.now())):
                codes[key.data] = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                waiting.unregister(key.fileobj)
    return codes
