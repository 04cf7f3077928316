# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases with DDS implementations that ROS 2 has no package for.

Their images are built by `python3 -m lab build participants`; a case whose images are not there is left out, and told.
"""

from __future__ import annotations

from collections.abc import Sequence

from lab.bench.probing import participants as p
from lab.bench.probing.case import Case
from lab.bench.probing.images import is_built
from lab.bench.probing.judge import Sign
from lab.bench.probing.network_faults import H2, UDP, at

DUST, FAST_29 = "dust", "fastdds29"
HOW = "no image lab/{}: build it with `python3 -m lab build participants`"


JAZZY_HEARD = (p.talker("h1", p.JAZZY), p.listener("h3"))
SPOKEN_BY_29 = (p.talker("h1", FAST_29), p.listener("h2", FAST_29), p.listener("h3"))
DUST_BESIDE = (*JAZZY_HEARD, p.Part("h2", DUST, ["lab-participant"], ready="Taking part"))
MC_DROP = at("h2", "ip daddr 239.255.0.1 drop")
UNICAST_DROP = at("h2", f"TO_ITSELF {UDP} drop")
DEAF, BLOCKED = (Sign(("deaf-host",), "unicast", H2),), (Sign(("unicast-blocked",), "", H2),)

VENDORS = [
    Case("fast-2.9", "Fast DDS 2.9 talks and listens, Cyclone DDS listens", parts=SPOKEN_BY_29, kind="healthy"),
    Case(
        "fast-2.9-hears",
        "Fast DDS 2.9 listens to Jazzy and to Kilted",
        parts=(p.talker("h1", p.JAZZY), p.listener("h2", FAST_29), p.talker("h3", p.KILTED)),
        kind="healthy",
    ),
    Case("fast-2.9-mc-drop", "Fast DDS 2.9; h2 drops 239.255.0.1", MC_DROP, DEAF, SPOKEN_BY_29),
    Case("fast-2.9-unicast", "Fast DDS 2.9; h2 drops unicast UDP in", UNICAST_DROP, BLOCKED, SPOKEN_BY_29),
    Case("dust", "a participant of Dust DDS beside Jazzy and Cyclone DDS", parts=DUST_BESIDE, kind="healthy"),
    Case("dust-mc-drop", "a participant of Dust DDS on h2, which drops 239.255.0.1", MC_DROP, DEAF, DUST_BESIDE),
]


def left_out(cases: Sequence[Case]) -> dict[str, str]:
    """{case: why it is not run} of those for which an image of these is missing."""
    wanted = {case.name: {part.image for part in case.parts} & {DUST, FAST_29} for case in cases}
    return {
        name: HOW.format(image) for name, images in wanted.items() for image in sorted(images) if not is_built(image)
    }
