#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: discovery_collect
short_description: "[internal] Fetch what a probe in the background has heard"
version_added: 0.1.0
description:
  - Waits until a job that was started with C(async) is done, returns what it returned, and removes its file from the host.
  - Unlike C(async_status) in a loop it is silent, and one process on each host, while it waits.
author: rosfleet contributors (@rosfleet)
options:
  job:
    description: The C(ansible_job_id) of the task that started it.
    type: str
    required: true
  async_dir:
    description: The folder on the host in which the job keeps its result, C(ansible_async_dir) of that task.
    type: path
    required: true
  within:
    description: Seconds to wait.
    type: float
    required: true
attributes:
  check_mode: {description: Nothing is started in it that could be collected., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Collect what they heard
  rosfleet.cluster.discovery_collect:
    job: "{{ started.ansible_job_id }}"
    async_dir: /run/rosfleet
    within: 60
"""

RETURN = r"""
collected:
  description: Whether the job was done and its file was removed. What the job returned stands beside it.
  returned: when the job is done
  type: bool
"""

import json
import os
from typing import Optional

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until

LOOK_EVERY_S = 0.1


def answer_of(text: Optional[str]) -> Optional[dict]:
    """What a job returned, by the text of its file; None while it runs, and as long as there is none.

    Ansible's async_wrapper writes `started` at first, and has the module's own result take its place.
    """
    try:
        answer = json.loads(text or "{}")
    except ValueError:
        return {"failed": True, "msg": f"the probe said nothing that can be read: {(text or '')[:200]}"}
    return answer if answer and ("started" not in answer or answer.get("finished")) else None


def collect(path: str, within: float, *, files: Files, clock: Clock = REAL_CLOCK) -> dict:
    """What the job returned, and its file gone; or that it has not ended."""
    answer, waited = wait_until(
        lambda: answer_of(files.text(path)), lambda found: found is not None, within, interval=LOOK_EVERY_S, clock=clock
    )
    if answer is None:
        why = f"the probe has not ended {waited:.0f} s after it was to be collected. Likely the host is too busy"
        return {"failed": True, "changed": False, "msg": why}
    os.remove(files.path(path))
    return {**answer, "changed": False, "collected": True}


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "job": {"type": "str", "required": True},
            "async_dir": {"type": "path", "required": True},
            "within": {"type": "float", "required": True},
        },
        supports_check_mode=True,
    )
    job, folder, within = (module.params[name] for name in ("job", "async_dir", "within"))
    module.exit_json(**collect(os.path.join(folder, job), within, files=Files()))


if __name__ == "__main__":
    main()
