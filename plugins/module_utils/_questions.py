# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe asks of one address where multicast does not reach, and what came of it. Private to this collection.

Nothing is sent but to the address that was given, whatever an answer says. Nothing here waits.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
from dataclasses import dataclass
from typing import Callable, Iterator, Optional

from . import _zenoh
from ._rtps import ports, server_check
from ._rtps.announce import Announcer
from ._rtps.errors import RtpsError
from ._rtps.ids import PREFIX_TAIL, VENDOR_FAST_DDS
from ._rtps.locator import Locator
from ._rtps.message import parse_message
from ._rtps.sockets import OwnPort, SocketError

PARTICIPANT, DISCOVERY_SERVER, ZENOH_ROUTER = "participant", "discovery_server", "zenoh_router"
KINDS = (PARTICIPANT, DISCOVERY_SERVER, ZENOH_ROUTER)
_DEFAULT_PORTS = {DISCOVERY_SERVER: server_check.PORT, ZENOH_ROUTER: _zenoh.PORT}
_READ_SIZE = 4096
_UNDER_WAY_S = 0.1  # what a server sent before it knew that the probe is gone


@dataclass(frozen=True)
class Ask:
    """Whom to ask."""

    kind: str  # of KINDS
    address: str  # IPv4
    port: Optional[int] = None  # the kind's own when None


class Question:
    """One question and what is known of its answer. As it is here it is never put; the kinds say how they are."""

    def __init__(self, ask: Ask, error: str = "") -> None:
        self.ask = ask
        self.port = ask.port or _DEFAULT_PORTS.get(ask.kind)  # None for the ports of several participants
        self.error = error
        self.identity = ""
        self._asked_s: Optional[float] = None
        self._answered_s: Optional[float] = None

    def put(self, written_ns: int, at_s: float) -> None:
        """Ask, `at_s` seconds after the start, unless that is done. It is called with each announcement and shortly after."""

    def sockets(self) -> Iterator[tuple[socket.socket, int]]:
        """The question's own sockets that are worth waiting for, each with the events of `selectors`."""
        return iter(())

    def hear(self, sender: bytes, address: str, at_s: float) -> None:
        """The probe's own port was written to by the participant with this GUID prefix."""

    def receive(self, at_s: float) -> None:
        """Read what has arrived at the question's own sockets."""

    def withdraw(self) -> None:
        """Tell those who were asked that the probe is gone. It may be put again."""

    def close(self) -> None:
        """Close the question's own sockets."""

    def failure(self) -> str:
        """Why there is no answer, as far as it is known."""
        return self.error

    @property
    def answered(self) -> bool:
        return self._answered_s is not None

    def as_result(self) -> dict:
        after_s = None
        if self._asked_s is not None and self._answered_s is not None:
            after_s = round(self._answered_s - self._asked_s, 4)
        return {
            "kind": self.ask.kind,
            "address": self.ask.address,
            "port": self.port,
            "answered": self.answered,
            "after_s": after_s,
            "identity": self.identity,
            "error": "" if self.answered else self.failure(),
        }

    def _asked(self, at_s: float) -> None:
        if self._asked_s is None:
            self._asked_s = at_s

    def _answer(self, identity: str, at_s: float) -> None:
        self.identity, self._answered_s = identity, at_s


class _DatagramQuestion(Question):
    """A question of which every datagram goes to the same ports of its address."""

    def __init__(self, ask: Ask, own: OwnPort, asked_ports: list[int]) -> None:
        super().__init__(ask)
        self._own = own
        self._destinations = [(ask.address, port) for port in asked_ports]

    def failure(self) -> str:
        refused = [self._own.failures.get(destination) for destination in self._destinations]
        return self.error or (_reason(refused[0]) if refused[0] and all(refused) else "")

    def _ask(self, data: bytes, at_s: float) -> None:
        self._asked(at_s)
        self.error = ""
        # A host refuses about once a second, after the first few: let those be refused first that were not yet.
        for destination in sorted(self._destinations, key=self._own.failures.__contains__):
            try:
                self._own.send(data, destination)
            except OSError as error:
                self.error = _reason(error.errno)

    def _tell(self, data: bytes) -> None:
        for destination in self._destinations:
            with contextlib.suppress(OSError):  # who cannot be told forgets the probe when its lease ends
                self._own.send(data, destination)


class ParticipantQuestion(_DatagramQuestion):
    """The probe's announcement, but to the ports of the participants of one host."""

    def __init__(self, ask: Ask, announcer: Announcer, own: OwnPort) -> None:
        asked_ports = [ask.port] if ask.port else ports.discovery_unicast_of_first(announcer.domain_id)
        super().__init__(ask, own, asked_ports)
        self._announcer = announcer
        self._known = False  # there, that the probe is here

    def put(self, written_ns: int, at_s: float) -> None:
        if not self.answered:
            self._known = True
            self._ask(self._announcer.announcement(written_ns), at_s)

    def hear(self, sender: bytes, address: str, at_s: float) -> None:
        if self._asked_s is not None and not self.answered and address == self.ask.address:
            self._answer(sender.hex(), at_s)

    def withdraw(self) -> None:
        if self._known:
            self._known = False
            self._tell(self._announcer.withdrawal())


class ServerQuestion(_DatagramQuestion):
    """The opening of a discovery server's client, which leaves as soon as it is answered."""

    def __init__(self, ask: Ask, client: server_check.ServerClient, own: OwnPort) -> None:
        super().__init__(ask, own, [ask.port or server_check.PORT])
        self._client = client
        self._goes_on = False  # the server, though it was told of the end: that was lost

    def put(self, written_ns: int, at_s: float) -> None:
        if not self.answered:
            self._ask(self._client.question(), at_s)
        else:
            self._tell_again()

    def sockets(self) -> Iterator[tuple[socket.socket, int]]:
        yield self._own.socket, selectors.EVENT_READ

    def receive(self, at_s: float) -> None:
        for datagram in self._own.receive():
            # Servers send from a port of their own choice, not from the one that they listen on.
            if datagram.address != self.ask.address:
                continue
            if self._answered_s is None:
                self._read(datagram.data, at_s)
            else:
                self._goes_on |= at_s > self._answered_s + _UNDER_WAY_S

    def withdraw(self) -> None:
        if self._asked_s is not None and not self.answered:
            self._tell(self._client.withdrawal())

    def close(self) -> None:
        self._tell_again()
        self._own.close()

    def _tell_again(self) -> None:
        if self._goes_on:
            self._tell(self._client.withdrawal())
            self._goes_on = False

    def _read(self, data: bytes, at_s: float) -> None:
        try:
            message = parse_message(data)
        except RtpsError:
            return
        if server_check.is_from_server(message) and message.header.guid_prefix != self._client.guid_prefix:
            self.withdraw()
            self._answer(message.header.guid_prefix.hex(), at_s)


class RouterQuestion(Question):
    """The opening of a Zenoh session, which is left at the router's answer. It is put once; TCP itself repeats it."""

    def __init__(self, ask: Ask, opening: bytes, stream: socket.socket) -> None:
        """`stream`: a TCP socket that does not block and is not yet connected."""
        super().__init__(ask)
        self._opening = opening
        self._stream: Optional[socket.socket] = stream
        self._received = b""

    def put(self, written_ns: int, at_s: float) -> None:
        if self._stream and self._asked_s is None:
            self._asked(at_s)
            try:
                self._stream.connect((self.ask.address, self.port))
            except BlockingIOError:
                pass  # under way
            except OSError as error:
                self._fail(_reason(error.errno))

    def sockets(self) -> Iterator[tuple[socket.socket, int]]:
        if self._stream and self._asked_s is not None:
            yield self._stream, selectors.EVENT_WRITE if self._opening else selectors.EVENT_READ

    def receive(self, at_s: float) -> None:
        if not self._stream or self._asked_s is None:
            return
        try:
            if self._opening:
                self._stream.send(self._opening)
                self._opening = b""
            arrived = self._stream.recv(_READ_SIZE)
            self._received += arrived
            router_id = _zenoh.read_router_id(self._received)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(_reason(error.errno))
            return
        except _zenoh.ZenohError as error:
            self._fail(str(error))
            return
        if router_id:
            self._answer(router_id, at_s)
            self.close()
        elif not arrived:
            self._fail("closed without an answer")

    def close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None

    def _fail(self, error: str) -> None:
        self.error = error
        self.close()


def open_question(ask: Ask, nic: str, announcer: Announcer, own: OwnPort, token: Callable[[int], bytes]) -> Question:
    """The question with its sockets, on the address of the probe's `own` port; call it inside the network namespace."""
    try:
        if ask.kind == ZENOH_ROUTER:
            return RouterQuestion(ask, _zenoh.opening(token(_zenoh.ID_SIZE)), _open_stream(own.address))
        if ask.kind == DISCOVERY_SERVER:
            asking = OwnPort(nic, own.address)
            prefix = VENDOR_FAST_DDS + token(PREFIX_TAIL)
            locator = Locator.udp_v4(asking.address, asking.port)
            return ServerQuestion(ask, server_check.ServerClient(prefix, locator), asking)
    except (SocketError, OSError) as error:
        return Question(ask, str(error))
    return ParticipantQuestion(ask, announcer, own)


def _open_stream(address: str) -> socket.socket:
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        stream.setblocking(False)
        stream.bind((address, 0))
    except OSError:
        stream.close()
        raise
    return stream


def _reason(code: Optional[int]) -> str:
    """`connection refused` and the like."""
    return os.strerror(code or 0).lower()
