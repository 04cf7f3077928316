"""The controller itself: found before Ansible's own connection of this name."""

from __future__ import annotations

DOCUMENTATION = """
name: local
short_description: The controller of tests/plays
description: The controller, without a shell.
author: rosfleet contributors
extends_documentation_fragment: [connection_pipelining]
"""

import os

from ansible.plugins.connection import ConnectionBase
from scripted import contact, state


class Connection(ConnectionBase):
    transport = "local"
    has_pipelining = True
    scripted_host = state.CONTROLLER

    @property
    def scripted_home(self) -> str:
        return os.environ["HOME"]

    def _connect(self):
        self._connected = True
        return self

    def exec_command(self, cmd, in_data=None, sudoable=True):
        return contact.execute(state.CONTROLLER, cmd, in_data)

    def put_file(self, in_path, out_path):
        contact.put(state.CONTROLLER, in_path, out_path)

    def fetch_file(self, in_path, out_path):
        contact.fetch(state.CONTROLLER, in_path, out_path)

    def make_folder(self, path):
        contact.make_folder(state.CONTROLLER, path)

    def close(self):
        pass
