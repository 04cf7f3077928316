# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of the RTPS wire: submessages, entities, parameters, vendors. Private to this collection.

Sources: DDSI-RTPS 2.5 sections 8.3, 9.3, 9.4, 9.6; vendor ids as the implementations send them. A vendor id that
is not listed belongs to an unknown vendor, which is no error.
"""

from __future__ import annotations

PAD = 0x01
ACKNACK = 0x06
HEARTBEAT = 0x07
GAP = 0x08
INFO_TS = 0x09
INFO_SRC = 0x0C
INFO_DST = 0x0E
NACK_FRAG = 0x12
DATA = 0x15
DATA_FRAG = 0x16
PROBE_BEACON = 0xC5  # from 0x80 on, a number means what the vendor in the header says

FLAG_LITTLE_ENDIAN = 0x01
FLAG_INLINE_QOS = 0x02
FLAG_FINAL = 0x02  # of ACKNACK: no heartbeat is wanted
FLAG_DATA = 0x04
FLAG_HAS_ALL = 0x02  # of the probe's beacon
FLAG_KEY = 0x08

ENTITY_UNKNOWN = bytes.fromhex("00000000")
ENTITY_PARTICIPANT = bytes.fromhex("000001c1")
SPDP_WRITER = bytes.fromhex("000100c2")
PUBLICATIONS_WRITER = bytes.fromhex("000003c2")
PUBLICATIONS_READER = bytes.fromhex("000003c7")
SUBSCRIPTIONS_WRITER = bytes.fromhex("000004c2")
SUBSCRIPTIONS_READER = bytes.fromhex("000004c7")

# Of the builtin endpoint set: announcers write, detectors read.
PARTICIPANT_ANNOUNCER = 1 << 0
PARTICIPANT_DETECTOR = 1 << 1
PUBLICATIONS_ANNOUNCER = 1 << 2
PUBLICATIONS_DETECTOR = 1 << 3
SUBSCRIPTIONS_ANNOUNCER = 1 << 4
SUBSCRIPTIONS_DETECTOR = 1 << 5

PID_PAD = 0x0000
PID_SENTINEL = 0x0001
PID_LEASE_DURATION = 0x0002
PID_TOPIC_NAME = 0x0005
PID_TYPE_NAME = 0x0007
PID_DOMAIN_ID = 0x000F
PID_PROTOCOL_VERSION = 0x0015
PID_VENDOR_ID = 0x0016
PID_RELIABILITY = 0x001A
PID_LIVELINESS = 0x001B
PID_DURABILITY = 0x001D
PID_OWNERSHIP = 0x001F
PID_DEADLINE = 0x0023
PID_PARTITION = 0x0029
PID_DEFAULT_UNICAST_LOCATOR = 0x0031
PID_METATRAFFIC_UNICAST_LOCATOR = 0x0032
PID_METATRAFFIC_MULTICAST_LOCATOR = 0x0033
PID_DEFAULT_MULTICAST_LOCATOR = 0x0048
PID_PARTICIPANT_GUID = 0x0050
PID_BUILTIN_ENDPOINT_SET = 0x0058
PID_PROPERTY_LIST = 0x0059
PID_ENDPOINT_GUID = 0x005A
PID_ENTITY_NAME = 0x0062
PID_KEY_HASH = 0x0070
PID_STATUS_INFO = 0x0071
PID_DOMAIN_TAG = 0x4014
PID_FAST_DDS_SAMPLE_IDENTITY = 0x800F  # of eProsima alone: PID_CUSTOM_RELATED_SAMPLE_IDENTITY in its sources

PL_CDR_BE = 0x0002
PL_CDR_LE = 0x0003

STATUS_DISPOSED = 0x01
STATUS_UNREGISTERED = 0x02

VENDOR_FAST_DDS = bytes.fromhex("010f")
VENDOR_PROBE = bytes.fromhex("01ff")
PREFIX_TAIL = 10  # random bytes of a GUID prefix, behind the vendor id
VENDORS = {
    "01.01": "RTI Connext",
    "01.02": "ADLINK OpenSplice",
    "01.03": "OCI OpenDDS",
    "01.04": "MilSoft",
    "01.05": "Kongsberg InterCOM",
    "01.06": "TwinOaks CoreDX",
    "01.07": "Lakota",
    "01.08": "ICOUP",
    "01.09": "ETRI Diamond",
    "01.0a": "RTI Connext Micro",
    "01.0b": "Vortex Cafe",
    "01.0c": "PrismTech gateway",
    "01.0d": "Vortex Lite",
    "01.0e": "Technicolor Qeo",
    "01.0f": "eProsima Fast DDS",
    "01.10": "Eclipse Cyclone DDS",
    "01.11": "GurumDDS",
    "01.12": "Atostek RustDDS",
    "01.14": "S2E dust-dds",
    "01.20": "ADLINK Cloud",
    "01.ff": "rosfleet probe",
}


def vendor_text(vendor_id: bytes) -> str:
    """`01.10` for the bytes 01 10."""
    return ".".join(f"{byte:02x}" for byte in vendor_id)


def vendor_name(vendor_id: bytes) -> str:
    return VENDORS.get(vendor_text(vendor_id), "unknown vendor")
