"""The way to a scripted host. In place of a network there is the world, which says who answers."""

from __future__ import annotations

DOCUMENTATION = """
name: scripted
short_description: Hosts of tests/plays
description: Hosts that answer by the world of a test.
author: rosfleet contributors
options:
  scripted_host:
    description: The host's name in the world.
    vars: [{name: scripted_host}]
  host:
    description: Where Ansible means to connect to.
    vars: [{name: inventory_hostname}, {name: ansible_host}]
  remote_user:
    description: As whom.
    default: robot
    vars: [{name: ansible_user}]
extends_documentation_fragment: [connection_pipelining]
"""

from ansible.plugins.connection import ConnectionBase, ensure_connect
from scripted import contact


class Connection(ConnectionBase):
    transport = "scripted"
    has_pipelining = True
    scripted_home = "/root"

    @property
    def scripted_host(self) -> str:
        return self.get_option("scripted_host")

    def _connect(self):
        contact.reach(self.scripted_host, self.get_option("host"), self.get_option("remote_user"))
        return self

    @ensure_connect
    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        self._connect()  # it may be gone by now
        return contact.execute(self.scripted_host, cmd, in_data, address=self.get_option("host"))

    @ensure_connect
    def put_file(self, in_path, out_path):
        contact.put(self.scripted_host, in_path, out_path)

    @ensure_connect
    def fetch_file(self, in_path, out_path):
        contact.fetch(self.scripted_host, in_path, out_path)

    def make_folder(self, path):
        contact.make_folder(self.scripted_host, path)

    def close(self):
        self._connected = False
