# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the API and told to it, object by object. Private to this collection."""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence

from .kinds import api_version, collection_path, object_path
from .transport import Transport

MANAGER = "rosfleet"  # who owns the fields that are applied: Kubernetes documentation, "Server-Side Apply"
JSON, MERGE, APPLY = "application/json", "application/merge-patch+json", "application/apply-patch+yaml"
REQUEST_S = 20.0  # what one answer may take; without a quorum an API server takes requests and never answers
_OK, _CREATED, _NOT_FOUND, _CONFLICT = 200, 201, 404, 409
# Of an object's metadata, what changes without anybody having asked for it.
_BOOKKEEPING = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp")


class Refused(Exception):
    """The API answered, and did not do it; the text has its words."""


class Session:
    """One way to the API. `check`: what would be written is tried out by the API and not kept."""

    def __init__(self, transport: Transport, *, check: bool = False, seconds: float = REQUEST_S) -> None:
        self._transport, self._check, self._seconds = transport, check, seconds

    def read(
        self,
        kind: str,
        *,
        namespace: str = "",
        name: str = "",
        labels: Sequence[str] = (),
        fields: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """The objects of a kind; none as well where the cluster does not know the kind. Raises Refused and Silent."""
        path = collection_path(kind, namespace) + (f"/{name}" if name else "")
        selectors = (("labelSelector", ",".join(labels)), ("fieldSelector", ",".join(fields)))
        found = self._ask("GET", path, [pair for pair in selectors if pair[1]])
        if found is None:
            return []
        # In a list the API leaves out what all of them have in common.
        common = {"apiVersion": api_version(kind), "kind": kind}
        return [{**common, **each} for each in ([found] if name else found["items"])]

    def apply(self, manifest: Mapping[str, Any]) -> bool:
        """Let the object be as the manifest says; whether it was not so before. Raises Refused and Silent."""
        path = object_path(manifest)
        before = self._ask("GET", path)
        query = [("fieldManager", MANAGER), ("force", "true"), *self._dry()]
        after = self._ask("PATCH", path, query, manifest, APPLY)
        if after is None and not self._check:
            raise Refused(f"{_named(manifest)} was not applied: the cluster does not know the kind, or the namespace")
        # When it is only tried out, what it needs may not be there yet.
        return before is None or after is None or _substance(before) != _substance(after)

    def patch(self, changes: Mapping[str, Any]) -> bool:
        """Merge `changes` into an object; False when it is not any more as their resourceVersion says."""
        answer = self._transport("PATCH", object_path(changes), self._dry(), changes, MERGE, self._seconds)
        if answer.status == _CONFLICT:
            return False
        if answer.status not in (_OK, _CREATED):
            raise Refused(f"{_named(changes)} was not changed: {_words(answer.text)}")
        return True

    def remove(self, thing: Mapping[str, Any]) -> bool:
        """Whether there was such an object. What belongs to it goes with it, a moment later."""
        query = [("propagationPolicy", "Background"), *self._dry()]
        return self._ask("DELETE", object_path(thing), query) is not None

    def log(self, namespace: str, pod: str, since_s: int) -> list[str]:
        """The lines that a pod wrote in the last seconds; none when it has not started, or is not there."""
        path = f"{collection_path('Pod', namespace)}/{pod}/log"
        answer = self._transport("GET", path, [("sinceSeconds", str(since_s))], None, JSON, self._seconds)
        return answer.text.splitlines() if answer.status == _OK else []

    def _dry(self) -> list[tuple[str, str]]:
        return [("dryRun", "All")] if self._check else []

    def _ask(self, method, path, query=(), body=None, content_type=JSON):
        """What the API says, decoded; None when there is no such thing."""
        answer = self._transport(method, path, query, body, content_type, self._seconds)
        if answer.status == _NOT_FOUND:
            return None
        if answer.status not in (_OK, _CREATED):
            raise Refused(f"{method} {path}: {_words(answer.text) or answer.status}")
        return json.loads(answer.text)


def _substance(thing: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in thing["metadata"].items() if key not in _BOOKKEEPING}
    return {**{key: value for key, value in thing.items() if key != "status"}, "metadata": metadata}


def _named(thing: Mapping[str, Any]) -> str:
    return f"{thing['kind']} {thing['metadata']['name']}"


def _words(text: str) -> str:
    """The message of a Status object, or the text as it is."""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:300]
