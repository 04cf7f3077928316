# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts files with traps: exact bytes in, exact bytes out."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.hosts_file import (
    HostsFileError,
    Line,
    Removed,
    lines_for,
    rewrite,
)

FLEET = [{"address": "10.0.0.1", "names": ["tb1"]}, {"address": "10.0.0.2", "names": ["tb2"]}]
BLOCK = b"# BEGIN rosfleet.cluster\n10.0.0.1 tb1\n10.0.0.2 tb2\n# END rosfleet.cluster\n"
CRLF_BLOCK = BLOCK.replace(b"\n", b"\r\n")
HEAD = b"127.0.0.1\tlocalhost\n"
MANY = b"".join(b"10.%d.%d.1\tpc%d pc%d.example\t# no %d\n" % (n // 250, n % 250, n, n, n) for n in range(5000))

# case: (file before, file after)
FILES = {
    "empty": (b"", BLOCK),
    "as an installer leaves it": (HEAD + b"127.0.1.1\ttb1\n", HEAD + BLOCK),
    "no final newline": (b"127.0.0.1 localhost", b"127.0.0.1 localhost\n" + BLOCK),
    "only a newline": (b"\n", b"\n" + BLOCK),
    "old address": (HEAD + b"10.0.0.77 tb2 # was here once\n", HEAD + BLOCK),
    "the same address is harmless": (HEAD + b"10.0.0.1  tb1 base\n", HEAD + b"10.0.0.1  tb1 base\n" + BLOCK),
    "the same address, written as IPv6": (b"::ffff:10.0.0.1 tb1\n", b"::ffff:10.0.0.1 tb1\n" + BLOCK),
    "another address, written as IPv6": (b"::ffff:10.0.0.7 tb1\n", BLOCK),
    "IPv6 loopback": (b"::1 localhost ip6-localhost tb1\n", b"::1 localhost ip6-localhost\n" + BLOCK),
    "IPv6 of the link": (b"fe80::1%eth0\ttb1\nfe80::2 tb2\n", BLOCK),
    "not an address": (b"010.0.0.9 tb1\nnobody tb1\n10.0.0.9\n", b"010.0.0.9 tb1\nnobody tb1\n10.0.0.9\n" + BLOCK),
    "last of several names": (b"127.0.0.1 localhost tb1\n", b"127.0.0.1 localhost\n" + BLOCK),
    "last of several names, with a comment": (
        b"127.0.0.1 localhost tb1\t # own\n",
        b"127.0.0.1 localhost\t # own\n" + BLOCK,
    ),
    "first of several names": (b"127.0.1.1\ttb1   nas # x\n", b"127.0.1.1\tnas # x\n" + BLOCK),
    "inner name": (b"127.0.1.1\tnas\ttb1  cam\n", b"127.0.1.1\tnas\tcam\n" + BLOCK),
    "several of several names": (b" 127.0.1.1\ttb1 tb2  nas tb1\tcam  tb2#x\n", b" 127.0.1.1\tnas cam#x\n" + BLOCK),
    "only ours, several": (b"127.0.1.1 tb1 tb2 TB1.\n", BLOCK),
    "capitals and a final dot": (b"127.0.1.1 TB1 nas\n127.0.1.1 tb2. nas\n", b"127.0.1.1 nas\n127.0.1.1 nas\n" + BLOCK),
    "other names": (
        b"127.0.1.1 tb1.local tb11 xtb1 tb1-old\n",
        b"127.0.1.1 tb1.local tb11 xtb1 tb1-old\n" + BLOCK,
    ),
    "comments": (b"#127.0.1.1 tb1\n127.0.1.1 nas # tb1\n", b"#127.0.1.1 tb1\n127.0.1.1 nas # tb1\n" + BLOCK),
    "a comment without a space before": (b"127.0.1.1 nas tb1#tb1\n", b"127.0.1.1 nas#tb1\n" + BLOCK),
    "CRLF": (b"127.0.0.1 localhost\r\n127.0.1.1 tb1\r\n", b"127.0.0.1 localhost\r\n" + CRLF_BLOCK),
    "CRLF, no final newline": (b"1.1.1.1 a\r\n1.1.1.2 b", b"1.1.1.1 a\r\n1.1.1.2 b\r\n" + CRLF_BLOCK),
    "CRLF with our block in LF": (b"1.1.1.1 a\r\n" + BLOCK, b"1.1.1.1 a\r\n" + CRLF_BLOCK),
    "CRLF, name taken out at the end of a line": (b"1.1.1.1 a tb1\r\n", b"1.1.1.1 a\r\n" + CRLF_BLOCK),
    "mostly LF": (b"1.1.1.1 a\r\n1.1.1.2 b\n", b"1.1.1.1 a\r\n1.1.1.2 b\n" + BLOCK),
    "odd white space": (b"127.0.1.1\x0btb1\x0cnas\n", b"127.0.1.1\x0bnas\n" + BLOCK),
    "a return is white space": (b"127.0.1.1 nas\rtb1\n", b"127.0.1.1 nas\n" + BLOCK),
    "bytes that are no UTF-8": (b"10.0.0.9 k\xfcche tb1 # \xff\n", b"10.0.0.9 k\xfcche # \xff\n" + BLOCK),
    "bytes 0": (b"\0\0\n10.0\0 tb1\n", b"\0\0\n10.0\0 tb1\n" + BLOCK),
    "5,000 foreign lines": (MANY + b"127.0.1.1 tb1\n", MANY + BLOCK),
    "our block in the middle stays there": (
        HEAD + b"# BEGIN rosfleet.cluster\n10.0.0.9 gone\n10.0.0.1 tb1\n# END rosfleet.cluster\n# tail\n\n",
        HEAD + BLOCK + b"# tail\n\n",
    ),
    "an empty block": (b"# BEGIN rosfleet.cluster\n# END rosfleet.cluster\n", BLOCK),
    "our block without a final newline": (HEAD + BLOCK[:-1], HEAD + BLOCK),
    "two old blocks": (HEAD + BLOCK + b"# between\n" + BLOCK + b"# tail\n", HEAD + BLOCK + b"# between\n# tail\n"),
    "two old blocks, the first with a host that left": (
        b"# BEGIN rosfleet.cluster\n10.0.0.9 gone\n# END rosfleet.cluster\n10.0.0.5 nas\n" + BLOCK,
        BLOCK + b"10.0.0.5 nas\n",
    ),
    "a block that lost its end": (
        HEAD + b"# BEGIN rosfleet.cluster\n10.0.0.1 tb1\n10.0.0.77 tb2\n10.0.0.5 nas\n10.0.0.1 tb1\n",
        HEAD + BLOCK + b"10.0.0.5 nas\n10.0.0.1 tb1\n",
    ),
    "a block that lost its end with the end of the file": (HEAD + BLOCK[:-30], HEAD + BLOCK),
    "a block that was cut in its last line": (HEAD + BLOCK[:-5], HEAD + BLOCK),
    "a block that lost its beginning": (
        HEAD + b"10.0.0.5 nas\n10.0.0.1 tb1\n10.0.0.2 tb2\n# END rosfleet.cluster\n# tail\n",
        HEAD + b"10.0.0.5 nas\n" + BLOCK + b"# tail\n",
    ),
    "a block that lost both ends is the same address again": (
        HEAD + b"10.0.0.1 tb1\n",
        HEAD + b"10.0.0.1 tb1\n" + BLOCK,
    ),
    "a block cut in half by a foreign line": (
        b"# BEGIN rosfleet.cluster\n10.0.0.1 tb1\n10.0.0.5\tnas\n10.0.0.6 cam\n10.0.0.2 tb2\n# END rosfleet.cluster\n",
        BLOCK + b"10.0.0.5\tnas\n10.0.0.6 cam\n",
    ),
    "half a block before a whole one": (
        b"# BEGIN rosfleet.cluster\n10.0.0.1 tb1\n10.0.0.5 nas\n" + BLOCK,
        BLOCK + b"10.0.0.5 nas\n",
    ),
    "half a block after a whole one": (
        BLOCK + b"10.0.0.5 nas\n10.0.0.2 tb2\n# END rosfleet.cluster\n",
        BLOCK + b"10.0.0.5 nas\n",
    ),
    "markers alone, in the wrong order": (b"# END rosfleet.cluster\n# BEGIN rosfleet.cluster\n", BLOCK),
    "indented markers": (b"  # BEGIN rosfleet.cluster\n10.0.0.9 gone\n# END rosfleet.cluster  \n", BLOCK),
    "somebody else's block": (
        b"# BEGIN ANSIBLE MANAGED BLOCK\n10.0.0.5 nas\n# END ANSIBLE MANAGED BLOCK\n# BEGIN rosfleet.clusters\n",
        b"# BEGIN ANSIBLE MANAGED BLOCK\n10.0.0.5 nas\n# END ANSIBLE MANAGED BLOCK\n# BEGIN rosfleet.clusters\n"
        + BLOCK,
    ),
}


@pytest.mark.parametrize("before, after", FILES.values(), ids=FILES.keys())
def test_exact_bytes(before, after):
    assert rewrite(before, FLEET)[0] == after
    assert rewrite(after, FLEET) == (after, [])


def test_what_was_taken_out_is_named():
    content = b"127.0.0.1 localhost\n127.0.1.1\tTB1 k\xfcche tb2. # own\r\n10.0.0.1 tb1\n::1 tb1"
    assert rewrite(content, FLEET)[1] == [
        Removed(2, "127.0.1.1\tTB1 k\\xfcche tb2. # own", "TB1", "127.0.1.1"),
        Removed(2, "127.0.1.1\tTB1 k\\xfcche tb2. # own", "tb2.", "127.0.1.1"),
        Removed(4, "::1 tb1", "tb1", "::1"),
    ]


@pytest.mark.parametrize(
    "before, after",
    [
        (b"", b""),
        (HEAD + b"127.0.1.1 tb1", HEAD + b"127.0.1.1 tb1"),
        (HEAD + BLOCK + b"# tail", HEAD + b"# tail"),
        (HEAD + b"# BEGIN rosfleet.cluster\n10.0.0.1 tb1\n", HEAD + b"10.0.0.1 tb1\n"),
    ],
    ids=["empty", "never had a block", "had a block", "had half a block"],
)
def test_no_entries_no_block(before, after):
    assert rewrite(before, []) == (after, [])


def test_aliases_and_a_second_address():
    entries = [
        {"address": "10.0.0.1", "names": ["tb1", "tb1.fleet.example"]},
        {"address": "2001:db8::1", "names": ["tb1"]},
    ]
    content = b"2001:DB8:0::1 tb1\n10.0.0.7 TB1.fleet.example\n"
    after = (
        b"2001:DB8:0::1 tb1\n# BEGIN rosfleet.cluster\n10.0.0.1 tb1 tb1.fleet.example\n2001:db8::1 tb1\n"
        b"# END rosfleet.cluster\n"
    )
    assert rewrite(content, entries)[0] == after


@pytest.mark.parametrize(
    "address, names, complaint",
    [
        ("10.0.0", ["tb1"], "'10.0.0' is not an IP address"),
        ("fe80::1%eth0", ["tb1"], "'fe80::1%eth0' is not an IP address"),
        ("tb1", ["tb1"], "'tb1' is not an IP address"),
        ("10.0.0.1", [], "the entry for 10.0.0.1 has no names"),
        ("10.0.0.1", ["tb1\n# END rosfleet.cluster"], "cannot be a name in a hosts file"),
        ("10.0.0.1", ["tb1 tb2"], "cannot be a name in a hosts file"),
        ("10.0.0.1", ["tb1#"], "cannot be a name in a hosts file"),
        ("10.0.0.1", [""], "cannot be a name in a hosts file"),
        ("10.0.0.1", ["küche"], "cannot be a name in a hosts file"),
        ("10.0.0.1", ["LocalHost"], "'localhost' is every host's own loopback"),
    ],
)
def test_entries_that_no_hosts_file_can_hold(address, names, complaint):
    with pytest.raises(HostsFileError, match=complaint):
        rewrite(b"", [{"address": address, "names": names}])


def test_without_a_block_strays_go_all_the_same():
    content = b"127.0.0.1 localhost\n127.0.1.1 tb1\n# BEGIN rosfleet.cluster\n10.0.0.21 tb1\n# END rosfleet.cluster\n::1 ip6\n"
    entries = [{"address": "10.0.0.21", "names": ["tb1"]}]
    after, removed = rewrite(content, entries, with_block=False)
    assert after == b"127.0.0.1 localhost\n::1 ip6\n"
    assert [(one.name, one.address) for one in removed] == [("tb1", "127.0.1.1")]
    assert rewrite(after, entries, with_block=False) == (after, [])


@pytest.mark.parametrize(
    "text, address",
    [
        ("10.0.0.9\tnas TB1", "10.0.0.9"),
        ("::1 tb1", "127.0.0.1"),
        ("::ffff:10.0.0.9 tb1 # x", "10.0.0.9"),
        ("2001:db8::1 tb1", None),
        ("10.0.0.9 tb1.local # tb1", None),
        ("tb1 10.0.0.9", None),
        ("tb1", None),
    ],
)
def test_what_a_lookup_gets_from_a_line(text, address):
    content = b"# head\n" + text.encode() + b"\r\n"
    assert lines_for(content, "tb1") == ([Line(2, text, address)] if address else [])
