# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An API server in memory, as far as the tests of cluster_api need one: objects by their paths, and a log of requests."""

from __future__ import annotations

import json

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.kinds import object_path
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.transport import Response, Silent


def thing(kind, name, namespace="", **more):
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **more.pop("metadata", {})}
    return {"kind": kind, "apiVersion": "v1", "metadata": metadata, **more}


class Server:
    """`answers` come first, one for each request as long as there are some: a Response, or what to raise."""

    def __init__(self, *things, answers=()):
        self.objects = {object_path(each): each for each in things}
        self.answers = list(answers)
        self.asked = []

    def __call__(self, method, path, query, body, content_type, seconds):
        self.asked.append((method, path, dict(query)))
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                return answer
        there = self.objects.get(path)
        if method == "PATCH":
            return self._patch(path, there, body, content_type, dict(query))
        if there is None and any(known.rpartition("/")[0] == path for known in self.objects):
            return self._list(path)
        if there is None:
            return Response(404, '{"message": "not found"}')
        if method == "DELETE" and "dryRun" not in dict(query):
            del self.objects[path]
        return Response(200, json.dumps(there))

    def _list(self, path):
        items = [each for known, each in self.objects.items() if known.rpartition("/")[0] == path]
        bare = [{key: value for key, value in each.items() if key not in ("kind", "apiVersion")} for each in items]
        return Response(200, json.dumps({"items": bare}))

    def _patch(self, path, there, body, content_type, query):
        if there is None and content_type.startswith("application/merge"):
            return Response(404, '{"message": "not found"}')
        metadata = {**(there or body)["metadata"], **body["metadata"]}
        after = json.loads(json.dumps({**(there or {}), **body, "metadata": metadata}))
        after["metadata"]["managedFields"] = [{"manager": query.get("fieldManager")}]
        if "dryRun" not in query:
            self.objects[path] = after
        return Response(200, json.dumps(after))


SILENT = Silent("nobody listens")
