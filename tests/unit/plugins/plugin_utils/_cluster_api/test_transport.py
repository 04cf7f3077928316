# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real client library against real servers of this machine, also against those that say nothing."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.transport import Silent, connect


@pytest.fixture
def kubeconfig(tmp_path, monkeypatch):
    """Writes a kubeconfig for a server, and returns its path."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)

    def write(port):
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
            "users": [{"name": "u", "user": {"token": "t0ken"}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "c",
        }
        path = tmp_path / "config"
        path.write_text(json.dumps(content))
        return str(path)

    return write


@contextmanager
def serving(status, text):
    """(port, requests so far) of a server that always says this."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            seen.append(
                (self.command, self.path, self.headers.get("Content-Type"), self.headers.get("Authorization"), body)
            )
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_PATCH = do_DELETE = answer

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, seen
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "text"), [(200, '{"items": []}'), (403, '{"message": "no"}'), (404, ""), (409, "{}")]
)
def test_what_the_server_says_is_an_answer_whatever_it_is(kubeconfig, status, text):
    with serving(status, text) as (port, _seen):
        answer = connect(kubeconfig(port))("GET", "/api/v1/nodes", [], None, "application/json", 5)
    assert (answer.status, answer.text) == (status, text)


def test_what_is_sent(kubeconfig):
    with serving(200, "{}") as (port, seen):
        request = connect(kubeconfig(port))
        request("PATCH", "/api/v1/nodes/tb1", [("dryRun", "All")], {"kind": "Node"}, "application/apply-patch+yaml", 5)
        request("GET", "/api/v1/pods", [("labelSelector", "a=b,c")], None, "application/json", 5)
    (patch, get) = seen
    assert patch == (
        "PATCH",
        "/api/v1/nodes/tb1?dryRun=All",
        "application/apply-patch+yaml",
        "Bearer t0ken",
        '{"kind": "Node"}',
    )
    assert (get[0], get[1], get[4]) == ("GET", "/api/v1/pods?labelSelector=a%3Db%2Cc", "")


def test_a_server_that_takes_connections_and_says_nothing(kubeconfig):
    with socket.create_server(("127.0.0.1", 0)) as server:
        hanging_up = threading.Timer(10, server.close)  # so that whoever waits for ever does not do it here
        hanging_up.start()
        request = connect(kubeconfig(server.getsockname()[1]))
        with pytest.raises(
            Silent, match="127.0.0.1:.* takes connections and says nothing, as it does without a quorum"
        ):
            request("GET", "/api/v1/nodes", [], None, "application/json", 0.5)
        hanging_up.cancel()


def test_nobody_listens(kubeconfig):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Silent, match=f"nobody listens at http://127.0.0.1:{port}"):
        connect(kubeconfig(port))("GET", "/api/v1/nodes", [], None, "application/json", 5)


def test_a_proxy_of_the_controller_is_named(kubeconfig, monkeypatch):
    with serving(200, "{}") as (port, _seen), socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed.getsockname()[1]}")
        path = kubeconfig(port)
        closed.close()
        with pytest.raises(Silent, match="ProxyError"):
            connect(path)("GET", "/api/v1/nodes", [], None, "application/json", 5)


@pytest.mark.parametrize("text", ["", "not: [yaml", "apiVersion: v1"])
def test_a_file_that_names_no_cluster_is_no_way_to_one(tmp_path, text):
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(Silent, match="is no way to a cluster"):
        connect(str(path))
