# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what is declared has the shape that the roles' argument specs want, said in words and with the line to write.

Private to this collection. Pure. Ansible's own validation of a role's arguments takes text for a list, which is then taken
letter by letter, and answers an unknown key with a print of the whole spec.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Collection, Iterator, Mapping, Optional, Sequence

from ansible.module_utils.common.validation import check_type_bool, check_type_float, check_type_int

from ..module_utils._finding import Finding
from ._and_list import and_list

# Lists whose entries are the words of a command line: text is split for them as a shell does.
COMMAND_LINES = ("command", "args", "entrypoint")
# What an argument spec cannot tell: the shape of each value of a mapping whose keys are the user's.
VALUES: Mapping[str, Mapping[str, Any]] = {
    "ros_lan_nics": {"type": "str"},
    "discovery_nics": {"type": "str"},
    "microk8s_kubelet_args": {"type": "str"},
    "microk8s_apiserver_args": {"type": "str"},
    "microk8s_registries": {
        "type": "dict",
        "options": {
            "server": {"type": "str"},
            "mirrors": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "url": {"type": "str", "required": True},
                    "capabilities": {"type": "list", "elements": "str"},
                    "skip_verify": {"type": "bool"},
                    "ca": {"type": "raw"},
                    "override_path": {"type": "bool"},
                },
            },
        },
    },
}
# The same for mappings of which only some keys are read here.
PARTS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "microk8s_launch_config": {
        **{f"extra{each}Args": {"type": "dict"} for each in ("Kubelet", "KubeAPIServer", "KubeProxy")},
        "extraSANs": {"type": "list", "elements": "str"},
        "addons": {"type": "list", "elements": "dict"},
    }
}
# Variables in which a password or a token may stand: what is in them is never shown.
UNSHOWN = (
    "microk8s_apiserver_args",
    "microk8s_kubelet_args",
    "microk8s_launch_config",
    "microk8s_proxy",
    "microk8s_registries",
)
WANTED = {
    "list": "a list",
    "dict": "a mapping",
    "str": "text",
    "path": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
_CONVERTED = {"int": check_type_int, "float": check_type_float, "bool": check_type_bool}
_LONGEST_SHOWN = 60
_PLAIN_WORD = re.compile(r"[a-zA-Z_/][\w./-]*")
_SHELL = re.compile(r"[|&;<>$`]")
_NOT_TEXT_IN_YAML = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
# Of a container's environment, what is no secret; the value of any other is not repeated.
_SHOWN_ENVIRONMENT = re.compile(r"(ROS|RMW|RCUTILS|CYCLONEDDS|FASTRTPS|FASTDDS|ZENOH)_")


@dataclass(frozen=True)
class Words:
    """What the findings are worded with: groups of the inventory, and of a variable its keys that have words of their own."""

    groups: Collection[str] = ()
    # {variable: {key: what to do instead}}, of keys that are not in the spec or that have the wrong shape.
    advice: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def options_of(specs: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """{variable: its option} of all entry points of all roles, given what is in their argument_specs.yml."""
    return {
        name: option
        for spec in specs
        for entry in spec["argument_specs"].values()
        for name, option in entry.get("options", {}).items()
    }


def findings(
    options: Mapping[str, Mapping[str, Any]],
    of_fleet: Mapping[str, Any],
    of_hosts: Mapping[str, Mapping[str, Any]],
    words: Words,
) -> list[Finding]:
    """What has not the shape that its option wants: once for what is one for the fleet, and of what a host has of its own
    once for each value, with the hosts that have it."""
    found = [finding for name, value in of_fleet.items() for finding in of_variable(name, value, options[name], words)]
    holders: dict[str, tuple[Finding, list[str]]] = {}
    for host, variables in of_hosts.items():
        for name, value in variables.items():
            for finding in of_variable(name, value, options[name], words):
                holders.setdefault(finding.sentence, (finding, []))[1].append(host)
    for finding, hosts in holders.values():
        who = "" if len(hosts) == len(of_hosts) else f"{and_list(hosts)}: "
        found.append(replace(finding, message=who + finding.message, hosts=hosts))
    return found


def of_variable(name: str, value: Any, option: Mapping[str, Any], words: Words) -> list[Finding]:
    """What is wrong with the shape of one variable."""
    if value is None and option.get("type") in ("list", "dict"):
        empty = "[]" if option["type"] == "list" else "{}"
        fix = f"write {name}: {empty}, or take the line out"
        return [Finding("empty-input", f"{name} is declared and nothing stands behind it", fix)]
    return list(_Variable(name, words).value("", name, value, option))


def listed(key: str, value: Any, groups: Collection[str] = ()) -> list[Finding]:
    """What is wrong with the shape of a list of words."""
    return list(_Variable("", Words(groups)).value("", key, value, {"type": "list", "elements": "str"}))


def mapped(key: str, value: Any) -> list[Finding]:
    """What is wrong with the shape of a mapping."""
    return list(_Variable("", Words()).value("", key, value, {"type": "dict"}))


@dataclass(frozen=True)
class _Variable:
    """One variable of the inventory, and what is in it."""

    name: str
    words: Words

    def value(self, where: str, key: str, value: Any, option: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with `key` of what is called `where`, and with all that is in it."""
        kind = option.get("type", "str")
        if value is None or kind == "raw":
            return
        if not _is(value, kind):
            yield self._wrong_shape(where, key, value, option)
        elif option.get("choices") and value not in option["choices"] and kind != "list":
            yield Finding(
                "unknown-choice",
                f"{_of(where)}{key} is {value!r}, which is none of {', '.join(map(str, option['choices']))}",
                f"write {key}: {_nearest(str(value), option['choices']) or option['choices'][0]}",
            )
        elif kind == "list":
            yield from self._entries(where, key, value, option)
        elif kind == "dict":
            yield from self._mapping(f"{where}, {key}" if where else key, value, option)

    def _entries(self, where: str, key: str, entries: Sequence[Any], option: Mapping[str, Any]) -> Iterator[Finding]:
        kind = option.get("elements", "raw")
        inside = f"{where}, {key}" if where else key
        for number, entry in enumerate(entries, start=1):
            if kind == "dict" and _is(entry, kind):
                yield from self._mapping(f"{inside}, {_called(entry) or f'entry {number}'}", entry, option)
            elif kind != "raw" and not _is_entry(key, entry, kind):
                fix = f"write it as {_example(option)}" if kind == "dict" else "put it into quotes"
                message = f"{_of(inside)}entry {number} is {self._shown(entry)} and has to be {WANTED[kind]}"
                yield Finding("wrong-entry", message, fix)
            elif option.get("choices") and entry not in option["choices"]:
                known = ", ".join(map(str, option["choices"]))
                yield Finding("unknown-choice", f"{_of(inside)}{entry!r} is none of {known}", f"write one of {known}")

    def _mapping(self, where: str, mapping: Mapping[str, Any], option: Mapping[str, Any]) -> Iterator[Finding]:
        options = option.get("options")
        if options is None:
            parts, every = PARTS.get(where, {}), VALUES.get(where, {"type": "raw"})
            for key, value in mapping.items():
                yield from self.value(where, str(key), value, parts.get(str(key), every))
            return
        for key in mapping:
            if key not in options:
                yield self._unknown_key(where, str(key), list(options))
        for key, known in options.items():
            if known.get("required") and mapping.get(key) is None:
                yield Finding("missing-key", f"{where}: {key} is missing", f"write {key}: {_example(known)}")
            yield from self.value(where, key, mapping.get(key), known)

    def _unknown_key(self, where: str, key: str, known: Sequence[str]) -> Finding:
        advice = self.words.advice.get(self.name, {}).get(key)
        near = _nearest(key, known)
        if advice:
            return Finding("unsupported-key", f"{where}: {key} is not supported", advice)
        fix = f"write {near}, if that is meant" if near else "take it out"
        return Finding("unknown-key", f"{where}: {key} is unknown", f"{fix}; known are {', '.join(known)}")

    def _wrong_shape(self, where: str, key: str, value: Any, option: Mapping[str, Any]) -> Finding:
        kind = option.get("type", "str")
        message = f"{_of(where)}{key} is {self._shown(value, option)} and has to be {WANTED[kind]}"
        advice = self.words.advice.get(self.name, {}).get(key)
        fix = f"write {key}: {self._meant(key, value, option)}"
        return Finding(f"no-{_CODES[kind]}", message, f"{fix}. {advice}" if advice and kind == "str" else fix)

    def _meant(self, key: str, value: Any, option: Mapping[str, Any]) -> str:
        """The value that was probably meant, in YAML."""
        kind = option.get("type", "str")
        if self._secret(option):
            return _example(option)
        if kind == "list":
            return self._as_list(key, value, option)
        if kind == "dict":
            return _as_mapping(value) or _example(option)
        if kind in ("str", "path") and isinstance(value, (list, tuple)) and value and not _has_parts(value[0]):
            return as_word(str(value[0]))
        return _example(option)

    def _as_list(self, key: str, value: Any, option: Mapping[str, Any]) -> str:
        if isinstance(value, str) and key not in COMMAND_LINES and value.strip() in self.words.groups:
            return of_group(value.strip())
        if option.get("elements") == "dict":
            named = isinstance(value, Mapping) and value and all(isinstance(each, Mapping) for each in value.values())
            return f"[{{name: {next(iter(value))}, …}}], a dash before each entry" if named else f"[{_example(option)}]"
        if isinstance(value, Mapping):
            return _as_words(map(str, value)) if key not in COMMAND_LINES else _example(option)
        return _as_words(_split(key, str(value), option.get("elements", "str")))

    def _secret(self, option: Mapping[str, Any]) -> bool:
        return bool(option.get("no_log")) or self.name in UNSHOWN

    def _shown(self, value: Any, option: Optional[Mapping[str, Any]] = None) -> str:
        """What stands there instead, in a few words."""
        if isinstance(value, Mapping):
            return "a mapping"
        if isinstance(value, (list, tuple)):
            return "a list"
        if value is None:
            return "empty"
        if self._secret(option or {}) or (option or {}).get("type") == "dict":
            return "text" if isinstance(value, str) else "something else"
        if isinstance(value, bool):
            return str(value).lower()
        text = str(value)
        text = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        return f"the text {text!r}" if isinstance(value, str) else f"the number {text}"


_CODES = {
    "list": "list",
    "dict": "mapping",
    "str": "text",
    "path": "text",
    "int": "number",
    "float": "number",
    "bool": "boolean",
}


def _is(value: Any, kind: str) -> bool:
    if kind == "list":
        return isinstance(value, (list, tuple))
    if kind == "dict":
        return isinstance(value, Mapping)
    if kind in ("str", "path"):
        return not _has_parts(value)  # YAML makes numbers and booleans of some texts
    try:
        _CONVERTED[kind](value)
    except (TypeError, ValueError):
        return False
    return not (kind == "int" and isinstance(value, bool))


def _is_entry(key: str, entry: Any, kind: str) -> bool:
    # A name is looked up as text, and 7 is not '7'; of a command line's words all become text.
    return isinstance(entry, str) if kind == "str" and key not in COMMAND_LINES else _is(entry, kind)


def _has_parts(value: Any) -> bool:
    return isinstance(value, (list, tuple, Mapping)) or value is None


def _of(where: str) -> str:
    return f"{where}: " if where else ""


def _called(entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    return name if isinstance(name, str) else ""


def _nearest(word: str, known: Sequence[str]) -> str:
    lower = {each.lower().replace("_", ""): each for each in map(str, known)}
    near = get_close_matches(word.lower().replace("_", "").replace("-", ""), lower, n=1)
    return lower[near[0]] if near else ""


def _example(option: Mapping[str, Any]) -> str:
    """What such a value looks like, in YAML."""
    default = option.get("default")
    kind = option.get("type", "str")
    if option.get("options") and (kind == "dict" or option.get("elements") == "dict"):
        options = option["options"]
        keys = [key for key, each in options.items() if each.get("required")] or list(options)
        return f"{{{', '.join(f'{key}: …' for key in keys)}}}"
    if kind == "list":
        return "[{name: …}]" if option.get("elements") == "dict" else "[FIRST, SECOND]"
    if kind == "dict":
        return "{NAME: value}"
    if kind == "bool":
        return str(default if isinstance(default, bool) else True).lower()
    if kind in ("int", "float"):
        return str(default) if isinstance(default, (int, float)) else "10"
    return "TEXT"


def _split(key: str, text: str, elements: str) -> list[str]:
    """The words that were probably meant by text where a list is wanted."""
    if key in COMMAND_LINES:
        if _SHELL.search(text):
            return ["bash", "-c", text]
        try:
            return shlex.split(text)
        except ValueError:  # a quote without its end
            return text.split()
    if elements == "path":  # a folder's name may have blanks
        return [each.strip() for each in text.split(",") if each.strip()]
    return text.strip("[]").replace(",", " ").split()


def _as_words(words: Any) -> str:
    return f"[{', '.join(map(as_word, words))}]"


def of_group(group: str) -> str:
    """The hosts of a group, as one writes them in YAML; without quotes inside, which a terminal would show doubled."""
    plain = group.isidentifier() and not hasattr(dict, group)
    return f'"{{{{ groups.{group} }}}}"' if plain else f"\"{{{{ groups['{group}'] }}}}\""


def as_word(word: str) -> str:
    """The text as one word of YAML."""
    if _PLAIN_WORD.fullmatch(word) and word.lower() not in _NOT_TEXT_IN_YAML:
        return word
    quoted = word.replace("'", "''")
    return f"'{quoted}'"


def _as_mapping(value: Any) -> str:
    """NAME=VALUE, as compose files have it, and the {name, value} of Kubernetes, as a mapping; "" for all else."""
    pairs = []
    if isinstance(value, str) and "=" not in value:
        return ""
    for each in [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []:
        if isinstance(each, str):
            name, _sign, text = each.partition("=")
        elif isinstance(each, Mapping) and "name" in each:
            name, text = str(each["name"]), str(each.get("value", ""))
        else:
            return ""
        if not _VARIABLE.fullmatch(name):
            return ""
        pairs.append(f"{name}: {as_word(text) if _SHOWN_ENVIRONMENT.match(name) else '…'}")
    return f"{{{', '.join(pairs)}}}" if pairs else ""
