# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTPS server around the agent's operations."""

from __future__ import annotations

import json
import socketserver
import ssl
from http.server import BaseHTTPRequestHandler
from typing import Any

from microk8s_lab.agent.errors import Refused
from microk8s_lab.agent.images import TOKEN_HEADER, import_images
from microk8s_lab.agent.join import join
from microk8s_lab.agent.sign import sign

HANDSHAKE_TIMEOUT = 30.0


def serve(address: str, port: int, certificate: str, key: str) -> None:
    """Serve for ever."""
    with _Server((address, port), _Handler) as server:
        server.pair = (certificate, key)
        print(f"Listening on {address}:{port}")
        server.serve_forever()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    pair = ("", "")

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread, with the certificate that is there now."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.pair)
        request.settimeout(HANDSHAKE_TIMEOUT)
        try:
            secured = context.wrap_socket(request, server_side=True)
        except OSError as exc:
            print(f"{client_address[0]}: TLS handshake: {exc}")
            return
        secured.settimeout(None)
        with secured:
            super().finish_request(secured, client_address)


class _Handler(BaseHTTPRequestHandler):
    server_version = "microk8s-cluster-agent"

    def do_GET(self) -> None:
        if self.path in ("/health", "/health/"):
            self._send(200, {"status": "OK"})
        else:
            self._send(404, {"error": "Not found"})

    def do_POST(self) -> None:
        try:
            self._send(200, self._operate(self.rfile.read(int(self.headers.get("Content-Length", 0)))))
        except Refused as exc:
            print(f"{self.client_address[0]} {self.path}: refused: {exc}")
            self._send(exc.status, {"error": str(exc)})
        except Exception as exc:
            print(f"{self.client_address[0]} {self.path}: {exc!r}")
            self._send(500, {"error": str(exc)})

    def _operate(self, body: bytes) -> dict[str, Any]:
        if self.path == "/cluster/api/v2.0/join":
            return join(_object(body), self.connection.getsockname()[0], self.client_address[0])
        if self.path == "/cluster/api/v1.0/sign-cert":
            return sign(_object(body))
        if self.path == "/cluster/api/v2.0/image/import":
            return import_images(body, self.headers.get(TOKEN_HEADER, ""))
        raise Refused(404, f"{self.path} is not in the lab's stand-in")

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep paths only: what the agent is sent holds secrets."""
        print(f"{self.client_address[0]} {self.command} {self.path} {args[1] if len(args) > 1 else ''}")


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as exc:
        raise Refused(400, f"failed to parse the request: {exc}") from exc
    if not isinstance(value, dict):
        raise Refused(400, "failed to parse the request: not an object")
    return value
