"""What takes the place of AnsibleModule in the modules of a scripted host."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from . import answers, state

UNTIL = 600  # times that a module looks whether the words are there that it goes on until


class Noted(AnsibleModule):
    """AnsibleModule that writes its invocation down for the test, and what it would write to the journal, too."""

    host = name = asked_for = ""
    call: dict[str, Any] = {}
    journal: list[str] = []

    @classmethod
    def begin(cls, host: str, name: str, call: dict[str, Any], journal: list[str], asked_for: str) -> None:
        cls.host, cls.name, cls.call, cls.journal, cls.asked_for = host, name, call, journal, asked_for

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.call.update(check=self.check_mode, arguments=self.params)

    def log(self, msg, log_args=None) -> None:
        if not self.no_log:
            self.journal.append(str(msg))


class Scripted(Noted):
    """Answers by the world as soon as the arguments are read."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        name = self.name.rpartition(".")[2]
        time.sleep(state.peek()["takes"].get(name, 0))
        for _again in range(UNTIL):
            if state.peek()["until"].get(name, "") in state.output():
                break
            time.sleep(0.1)
        with state.world() as world:
            answer = _declared(world, self) or _modelled(world, self)
        answer = json.loads(
            json.dumps(answer)
        )  # as from a host: what the controller knows of its texts' origin is not there
        if answer.get("failed"):
            self.fail_json(**answer)
        self.exit_json(**answer)


class Real(Noted):
    """Goes on; on the controller it may only touch what is the test's."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.host != state.CONTROLLER:
            return
        allowed = state.folder().parent.resolve()  # of all runs
        named = [self.params.get(key) for key in ("path", "dest")] + list(self.params.get("paths") or [])
        for path in filter(None, named):
            if not Path(path).expanduser().resolve().is_relative_to(allowed):
                self.fail_json(msg=f"tests/plays: {self.name} would touch {path} on the machine itself")


def _declared(world: dict[str, Any], module: Scripted) -> dict[str, Any] | None:
    """The answer that the world has for this call, where it has one.

    Of `answers`: {module, host, with: {parameter: value}, times, says: {…}}; all but `module` and `says` may be left out.
    """
    for each in world["answers"]:
        if each["module"] != module.name.rpartition(".")[2] or each.get("host", module.host) != module.host:
            continue
        if any(module.params.get(key) != value for key, value in each.get("with", {}).items()):
            continue
        if each.get("times", 1) > 0:
            if "times" in each:
                each["times"] -= 1
            return dict(each["says"])
    return None


def _modelled(world: dict[str, Any], module: Scripted) -> dict[str, Any]:
    answer = answers.ANSWERS.get(module.name.rpartition(".")[2])
    if answer is None:
        raise NotImplementedError(f"tests/plays has no script for {module.name}; see scripted/answers.py")
    return answer(world, module.host, module.params, module.check_mode)
