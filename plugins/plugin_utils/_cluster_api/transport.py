# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes client library, as far as it carries requests. Private to this collection."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence

from .._fleet import controller

CONNECT_S = 5.0


class Silent(Exception):
    """The API gave no answer; the text says what happened instead."""


@dataclass(frozen=True)
class Response:
    """`status`: that of HTTP; `text`: what came with it."""

    status: int
    text: str


# (method, path, query, body, content type, seconds) -> Response. Raises Silent.
Transport = Callable[[str, str, Sequence[tuple[str, str]], Optional[Any], str, float], Response]


def connect(kubeconfig: str) -> Transport:
    """The way to the API server that a kubeconfig names. Raises Silent when it names none."""
    try:
        import kubernetes
        import urllib3
        import yaml
    except ImportError as exc:
        lacking = controller.missing([exc.name or controller.API], controller.read_interpreter())
        raise Silent(lacking.sentence) from exc
    configuration = kubernetes.client.Configuration()
    configuration.retries = 0  # who waits, and for how long, is decided by the caller
    try:
        kubernetes.config.load_kube_config(
            config_file=os.path.expanduser(kubeconfig), client_configuration=configuration
        )
    except (kubernetes.config.ConfigException, yaml.YAMLError, OSError, TypeError, LookupError) as exc:
        raise Silent(f"{kubeconfig} is no way to a cluster: {exc}") from exc
    # The paths are known (kinds.py), so nothing is looked up.
    client = kubernetes.dynamic.DynamicClient(
        kubernetes.client.ApiClient(configuration), discoverer=lambda _client, _cache: None
    )

    def request(method, path, query, body, content_type, seconds):
        try:
            answer = client.request(
                method,
                path,
                body=body,
                query_params=list(query),
                content_type=content_type,
                header_params={},
                serialize=False,
                _request_timeout=(min(CONNECT_S, seconds), seconds),
            )
        except kubernetes.dynamic.exceptions.DynamicApiError as exc:
            return Response(exc.status, _text(exc.body))
        except (urllib3.exceptions.HTTPError, OSError) as exc:
            raise Silent(_words(exc, configuration.host)) from exc
        return Response(answer.status, _text(answer.data))

    return request


def _words(exc: Exception, server: str) -> str:
    """What became of a request, in words where one sees it often."""
    cause = getattr(exc, "reason", None) or exc  # retries that are used up wrap what happened
    kind = type(cause).__name__
    if kind == "ReadTimeoutError":
        return f"{server} takes connections and says nothing, as it does without a quorum"
    if kind == "ConnectTimeoutError":
        return f"nothing comes back from {server} within {CONNECT_S:.0f} s: the host is off, or its port is filtered"
    if kind == "NewConnectionError":
        return f"nobody listens at {server}, or no way leads there: {cause}"
    return f"{server}: {kind}: {cause}"


def _text(content: Any) -> str:
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content or "")
