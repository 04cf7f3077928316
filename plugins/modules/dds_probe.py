#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: dds_probe
short_description: Announce a DDS participant on chosen NICs, ask chosen addresses, and report who is heard and who answers
version_added: 0.1.0
description:
  - Opens a participant of its own on each target, announces it by SPDP multicast, withdraws it half a second later, listens
    for the whole O(duration), and returns who was heard, when, from where and on which path. After 60 % of the time it
    announces itself once more, for those who missed it or came later.
  - Needs nothing on the far side. Cyclone DDS and Fast DDS answer it directly, which proves that they have
    discovered it. Probes that run at the same time hear each other by beacons, which no DDS program answers.
  - Without any option it probes every NIC of the host that may lead to others, and RV(msg) says in a few lines what it found.
  - It is polite. Each target sends to the group at most 2 announcements, 2 withdrawals and 60 beacons, and 12 more to probes of
    its run, thus never more than 76 packets with 11 kB of payload, whatever O(duration); in 5 seconds they are 9 packets with
    about 1.2 kB. Whom it asks gets at most 6 questions and 2 withdrawals on each port. A Fast DDS participant sends at most 12
    packets because of one probe that does not ask for its topics.
  - It withdraws also when it is ended by SIGTERM or SIGHUP.
  - A target may be a NIC of the host or of a pod that runs on the host, whose network namespace is entered from
    the host. The pod needs neither Python nor a tool.
  - Where multicast does not reach, or is not used, O(targets[].ask) names whom the probe asks instead, which may be
    participants, discovery servers of Fast DDS and routers of Zenoh. It asks nobody else, whatever it hears of others.
  - With O(endpoints) it also asks participants for their topics, types and QoS.
  - Hearing an announcement, or an answer, does not prove that user data flows. What participants say of themselves is not
    authenticated.
author:
  - rosfleet contributors (@rosfleet)
attributes:
  check_mode:
    support: partial
    description: The probe runs in check mode, too.
    details: In check mode it only listens and sends nothing, so that nobody answers it.
  diff_mode:
    support: none
    description: It changes nothing but O(evidence).
options:
  host:
    description:
      - Name of this host in the results and in the probes' entity names. Without it, the system's host name.
    type: str
    default: ""
  domain_id:
    description:
      - DDS domain, as in C(ROS_DOMAIN_ID).
    type: int
    default: 0
  duration:
    description:
      - Seconds to listen, 0.1 to 300. Probes that shall hear each other must overlap.
    type: float
    default: 5.0
  run:
    description:
      - A text that all probes of one run are given, and nobody else. It is not sent. RV(targets[].heard[].same_run) tells who
        knows it, and no flood of other participants makes a probe forget those.
      - Without it, probes hear each other as well, but as strangers.
    type: str
    default: ""
  endpoints:
    description:
      - Whose participants are asked for their topics, types and QoS (SEDP). V(own) stands for the addresses of the NIC that is
        probed, those inside the pod for a pod's. All else is IPv4 addresses.
      - A participant is asked when it was heard from such an address, names one as its own, is in the target's domain without
        a tag, and says that it hands out both lists. That is at most 128 on each NIC, eight at a time. Nobody else is asked,
        thus no client of a discovery server, which speaks to its server alone.
      - For this another participant is announced to it alone, by unicast, and withdrawn as soon as both lists are complete, or
        after 3 seconds. That is mostly 3 packets from here, never more than 48, and 3 to 6 datagrams from the participant, with
        0.3 to 0.6 kB for each of its writers and readers.
    type: list
    elements: str
    default: []
  tolerant:
    description:
      - Whether targets that could not be opened or used are only named in RV(targets[].errors). Otherwise the module fails,
        after it has probed the others, and returns all results.
    type: bool
    default: false
  evidence:
    description:
      - A file to write what the NICs carry during the probe, on the UDP ports of the domains and of discovery servers, for
        Wireshark and tcpdump (pcapng, compressed by gzip). It has at most 8 MiB before compression, 1 MiB of one conversation,
        and is for its owner alone. It may hold what programs say to each other.
      - Needs root. Where it cannot be written, RV(evidence) says why, and nothing else changes. In check mode none is written.
    type: path
  targets:
    description:
      - The NICs to probe. The result has one entry for each, in the same order.
      - Without it, every NIC of the host that is up with a carrier, carries multicast and has an IPv4 address; but not the
        loopback, bridges of the host's own containers and virtual machines, and what the cluster's network has made.
        RV(left_out) says which were left out.
    type: list
    elements: dict
    suboptions:
      scope:
        description:
          - V(host) for a NIC of the host itself, V(pod) for one in a pod's network namespace.
        type: str
        choices: [host, pod]
        default: host
      network:
        description:
          - Name of the network that the NIC is on. Only a name, repeated in the result.
        type: str
        required: true
      nic:
        description:
          - Name of the interface inside its network namespace.
        type: str
        required: true
      subnet:
        description:
          - The subnet of the network. Of several addresses of the NIC, the probe announces the one in it, wherever that is
            in their order; without one there, the first.
        type: str
        default: ""
      domain_id:
        description:
          - DDS domain of this target, O(domain_id) when it is not given. A NIC can be a target in several domains.
        type: int
      pod:
        description:
          - Name of the pod, repeated in the result. Required for O(targets[].scope=pod).
        type: str
        default: ""
      pod_uid:
        description:
          - C(metadata.uid) of the pod. Required for O(targets[].scope=pod).
        type: str
        default: ""
      multicast:
        description:
          - Whether the probe announces itself to the multicast group of the domain. With V(false) it only asks
            (O(targets[].ask)); who announces itself to the group is still heard, and the NIC need not carry multicast.
        type: bool
        default: true
      ask:
        description:
          - Whom to ask from this NIC, by unicast. The result has an answer for each, in the same order.
        type: list
        elements: dict
        default: []
        suboptions:
          kind:
            description:
              - V(participant) for DDS participants, which are sent the probe's own announcement as often as the group is, and
                twice more shortly after, until one of them answers. One that is a client of a discovery server answers nobody
                else.
              - V(discovery_server) for a Fast DDS discovery server, which is asked as its clients do, as often.
              - V(zenoh_router) for a Zenoh router, with which a session over TCP is opened, once, and left.
            type: str
            choices: [participant, discovery_server, zenoh_router]
            required: true
          address:
            description:
              - Its IPv4 address. An answer counts from this address alone.
            type: str
            required: true
          port:
            description:
              - Its port. Without it, 11811 for a discovery server, 7447 for a router, and for participants the discovery
                ports of the first four of a host in the target's domain, in domain 0 thus 7410, 7412, 7414 and 7416.
                Fast DDS and ROS 2's Cyclone DDS use those; Cyclone DDS with its own defaults does not.
            type: int
      paths:
        description:
          - Other probes of the same run on the same network, with which this one tries unicast, of 64, 1472 (unfragmented) and
            8000 bytes, five times each over the O(duration). It listens too, and counts what comes from them. It writes to
            nobody else.
        type: dict
        suboptions:
          port:
            description:
              - The UDP port to listen on. All probes of a run have the same.
            type: int
            required: true
          dds_ports:
            description:
              - UDP ports of DDS itself, to which 64 bytes go too; the probe listens on those that are free.
            type: list
            elements: int
            default: []
          peers:
            description:
              - Whom to write to.
            type: list
            elements: dict
            default: []
            suboptions:
              address:
                description:
                  - Its IPv4 address. Only what comes from such an address is counted.
                type: str
                required: true
              port:
                description:
                  - The UDP port that it listens on.
                type: int
                required: true
requirements:
  - Linux, and root for targets in pods, for firewall rules and for the settings of other users' programs. All else works for
    any user that may open sockets; RV(msg) says what was not read.
"""

EXAMPLES = r"""
# Ad hoc, for a person who reads `msg`: ansible robots -i my_fleet.yml -m rosfleet.cluster.dds_probe
- name: See on every NIC of the robots who speaks DDS and who answers
  rosfleet.cluster.dds_probe:

- name: See who speaks DDS on this robot's LAN, without making a sound
  rosfleet.cluster.dds_probe:
    host: "{{ inventory_hostname }}"
    duration: 10
    targets:
      - {network: ros-lan, nic: enp3s0, subnet: 192.168.8.0/24}
  check_mode: true

- name: Start a probe on every host at once, and collect later with ansible.builtin.async_status
  rosfleet.cluster.dds_probe:
    host: "{{ inventory_hostname }}"
    targets:
      - {network: ros-lan, nic: "{{ ros_lan_host['ros-lan'].nic }}"}
      - {scope: pod, network: ros-lan, nic: ros0, pod: ros/talker-0, pod_uid: 6c1f6b1e-6d3c-4b0e-9d0e-0a3b0a3f7c11}
  become: true
  async: 60
  poll: 0

# Ad hoc: ansible robots -i my_fleet.yml -m rosfleet.cluster.dds_probe -a endpoints=own
- name: See which topics the programs of each robot have
  rosfleet.cluster.dds_probe:
    endpoints: [own]

- name: Ask the discovery server, and one robot behind a VPN, whether this host reaches them
  rosfleet.cluster.dds_probe:
    host: "{{ inventory_hostname }}"
    targets:
      - network: vpn
        nic: wg0
        multicast: false
        ask:
          - {kind: discovery_server, address: 10.8.0.1}
          - {kind: participant, address: 10.8.0.21}
"""

RETURN = r"""
msg:
  description:
    - What was found, in at most 12 lines for a person. Of a failure it is one text.
  returned: always
  type: list
  elements: str
  sample: ["enp3s0, domain 0, 192.168.8.21: 1 participant heard in 5.0 s, 1 answered; 0 other probes heard"]
left_out:
  description: NICs of the host that were not chosen, and why. Empty when O(targets) are given.
  returned: success
  type: list
  elements: dict
  contains:
    nic: {description: Its name., type: str, returned: success}
    why: {description: Why it was left out., type: str, returned: success}
began:
  description: When the probe began, by the clock of this host, in ISO 8601.
  returned: success
  type: str
  sample: "2026-11-21T06:50:00.123Z"
elapsed_s:
  description: Seconds from beginning to end.
  returned: success
  type: float
  sample: 5.0
domain_id:
  description: O(domain_id), in which those targets were probed that name none.
  returned: success
  type: int
  sample: 0
elsewhere:
  description:
    - The DDS programs of this host that run in another network namespace than its own, as in containers and pods, at most 16
      namespaces. Only root sees those of others.
  returned: success
  type: list
  elements: dict
  contains:
    pod_uid: {description: Of the Kubernetes pod. Empty for others., type: str, returned: success}
    container: {description: Name or short id of the container. Empty when it is not to be seen., type: str, returned: success}
    programs: {description: "Name and process id of each, at most 8.", type: list, elements: str, returned: success}
    domain_ids: {description: The domains whose ports they have open., type: list, elements: int, returned: success}
    nics:
      description: The NICs there that have an address, as in RV(targets[].addresses.nics).
      type: list
      elements: dict
      returned: success
    default_route: {description: Whether there is one., type: bool, returned: success}
    error: {description: Why the NICs could not be read., type: str, returned: success}
evidence:
  description: What has been recorded. None without O(evidence).
  returned: success
  type: dict
  contains:
    path: {description: The file. Empty when there is none., type: str, returned: success}
    packets: {description: How many packets it has., type: int, returned: success}
    left_out: {description: How many it has not for want of room or time., type: int, returned: success}
    errors:
      description: Why nothing was recorded on a NIC or the file was not written.
      type: list
      elements: str
      returned: success
targets:
  description: One entry for each target, in order.
  returned: success
  type: list
  elements: dict
  contains:
    host: {description: O(host)., type: str, returned: success}
    scope: {description: V(host) or V(pod)., type: str, returned: success}
    pod: {description: The pod's name., type: str, returned: success}
    network: {description: The network's name., type: str, returned: success}
    nic: {description: The interface., type: str, returned: success}
    domain_id: {description: The domain that was probed., type: int, returned: success}
    multicast: {description: "O(targets[].multicast)", type: bool, returned: success}
    address: {description: The address announced. None if the target could not be opened., type: str, returned: success}
    guid_prefix: {description: The probe's own GUID prefix in hexadecimal., type: str, returned: success}
    port: {description: The probe's own UDP port., type: int, returned: success}
    malformed: {description: Datagrams on the discovery ports that were no proper RTPS., type: int, returned: success}
    first_malformed: {description: Source and fault of the first of them., type: str, returned: success}
    forgotten:
      description: How often a participant was dropped because more than 1024 were heard that neither answered nor know O(run).
      type: int
      returned: success
    dropped:
      description: Datagrams that came faster than they could be read. With some, who was not heard may have been there.
      type: int
      returned: success
    answers:
      description: What came of each O(targets[].ask), in order.
      returned: success
      type: list
      elements: dict
      contains:
        kind: {description: The kind that was asked., type: str, returned: success}
        address: {description: The address that was asked., type: str, returned: success}
        port: {description: The port that was asked. None for the ports of several participants., type: int, returned: success}
        answered:
          description:
            - Whether it answered. A participant that is announced to on the group as well (O(targets[].multicast=true)) may
              have answered that.
          type: bool
          returned: success
        after_s: {description: Seconds from the first question to the answer. None without one., type: float, returned: success}
        identity:
          description: GUID prefix of the discovery server or of the participant that answered first, or the router's id as
            Zenoh prints it; in hexadecimal. Empty without an answer.
          type: str
          returned: success
          sample: 010f3e1a5c0b9d2700000000
        error:
          description:
            - Why there is no answer, as far as it is known. Empty for silence, as of a firewall that drops the question.
            - C(connection refused) when the host says that nothing listens there, for participants on none of the ports.
            - C(no route to host), C(network is unreachable) and C(operation not permitted) as the system gives them, the last
              for a firewall of this host.
            - C(not asked in check mode), and C(not asked, as the target could not be opened).
          type: str
          returned: success
          sample: connection refused
    paths:
      description: What came of O(targets[].paths). None without it.
      returned: success
      type: dict
      contains:
        port: {description: The port that it listened on., type: int, returned: success}
        dds_ports: {description: Those of DDS on which it listened too., type: list, elements: int, returned: success}
        mtu: {description: "MTU of the NIC. Below 1500, the 1472 bytes are fewer.", type: int, returned: success}
        foreign: {description: Datagrams that no peer has sent., type: int, returned: success}
        error: {description: Why this was not tried; else empty. The peers are not listed then., type: str, returned: success}
        peers:
          description: One entry for each peer, in order.
          returned: success
          type: list
          elements: dict
          contains:
            address: {description: Its address., type: str, returned: success}
            sent: {description: "How many were sent to it, by their size or the port of DDS.", type: dict, returned: success}
            arrived: {description: "How many came from it, by their size or the port of DDS.", type: dict, returned: success}
            rounds:
              description: Of how many rounds, from the first to the last of which something came. One round has one of each.
              type: int
              returned: success
            errors:
              description: What this host and those on the way have said against sending.
              type: list
              elements: str
              returned: success
              sample: [operation not permitted]
    endpoints_asked:
      description: The participants that were asked for their topics (O(endpoints)). Of any other it is not known what it has.
      returned: success
      type: list
      elements: dict
      contains:
        guid_prefix: {description: GUID prefix in hexadecimal., type: str, returned: success}
        complete:
          description: Whether all of its writers and readers are in RV(targets[].endpoints).
          type: bool
          returned: success
    endpoints:
      description: Their writers and readers, sorted by topic, at most 2000.
      returned: success
      type: list
      elements: dict
      contains:
        kind: {description: V(writer) or V(reader)., type: str, returned: success}
        guid: {description: GUID in hexadecimal., type: str, returned: success}
        guid_prefix: {description: That of its participant., type: str, returned: success}
        topic:
          description: The DDS topic, C(rt/NAME) for topics of ROS 2, C(rq/NAMERequest) and C(rr/NAMEReply) for services.
          type: str
          returned: success
          sample: rt/chatter
        type: {description: Name of the type., type: str, returned: success, sample: "std_msgs::msg::dds_::String_"}
        reliability: {description: V(reliable) or V(best-effort)., type: str, returned: success}
        durability:
          description: V(volatile), V(transient-local), V(transient) or V(persistent).
          type: str
          returned: success
        deadline_s: {description: Deadline in seconds. None is infinite., type: float, returned: success}
        liveliness:
          description: V(automatic), V(manual-by-participant) or V(manual-by-topic).
          type: str
          returned: success
        liveliness_lease_s: {description: Lease of the liveliness in seconds. None is infinite., type: float, returned: success}
        ownership: {description: V(shared) or V(exclusive)., type: str, returned: success}
        partitions: {description: "Names or patterns, none for the default.", type: list, elements: str, returned: success}
    endpoints_dropped: {description: Writers and readers that there was no room for., type: int, returned: success}
    errors: {description: Why the target could not be opened or used., type: list, elements: str, returned: success}
    around:
      description: What the NIC's network namespace showed before the probe spoke there.
      returned: success
      type: dict
      contains:
        sockets:
          description: UDP ports of DDS programs, at most 64.
          type: list
          elements: dict
          returned: success
          contains:
            address: {description: The address that it is bound to. 0.0.0.0 for any., type: str, returned: success}
            port: {description: The port., type: int, returned: success}
            domain_id: {description: The domain whose port it is., type: int, returned: success}
            use:
              description: C(discovery_multicast), C(user_multicast), C(discovery_unicast) or C(user_unicast).
              type: str
              returned: success
            program: {description: Name and process id. Empty when it is not to be seen., type: str, returned: success}
        zenoh:
          description: What there is of Zenoh, at most 16.
          type: list
          elements: dict
          returned: success
          contains:
            use: {description: "C(router) on TCP port 7447, C(session) with one, or C(scouting).", type: str, returned: success}
            program: {description: Name and process id. Empty when it is not to be seen., type: str, returned: success}
        programs:
          description: The programs of those ports, at most 16. Of other users' programs only root sees more than the name.
          type: list
          elements: dict
          returned: success
          contains:
            program: {description: Name and process id., type: str, returned: success}
            middleware: {description: "C(Fast DDS), C(Cyclone DDS), C(Zenoh).", type: list, elements: str, returned: success}
            settings:
              description:
                - These variables in its environment, and no others - C(ROS_DOMAIN_ID), C(ROS_AUTOMATIC_DISCOVERY_RANGE),
                  C(ROS_LOCALHOST_ONLY), C(ROS_STATIC_PEERS), C(ROS_DISCOVERY_SERVER), C(ROS_SUPER_CLIENT),
                  C(RMW_IMPLEMENTATION), C(FASTDDS_BUILTIN_TRANSPORTS). Of the middlewares' own configurations only that they
                  are set.
              type: dict
              returned: success
              sample: {ROS_DISCOVERY_SERVER: "192.168.8.10:11811", CYCLONEDDS_URI: set}
            shared_memory: {description: Device and inode of its folder /dev/shm., type: str, returned: success}
            uses_shared_memory: {description: Whether Fast DDS has segments there., type: bool, returned: success}
            error: {description: Why it could not be looked into., type: str, returned: success}
        indexes:
          description: The participant indexes of the domain that are taken, from 0 on without a gap.
          type: dict
          returned: success
          contains:
            first_free: {description: The first index whose two ports are free., type: int, returned: success}
            owners: {description: "Who has most ports below it, {program: ports}.", type: dict, returned: success}
        firewall:
          description:
            - What the packet filter there does with what DDS needs, read after the probe and not changed. A limit of 3 s holds
              for each program that is asked (C(nft), C(iptables-save), C(ufw), C(firewall-cmd)).
          type: dict
          returned: success
          contains:
            drops:
              description: The rule or policy that drops each kind of packet.
              type: list
              elements: dict
              returned: success
              contains:
                flow:
                  description: C(multicast_in), C(unicast_in), C(fragments_in), C(multicast_out) or C(unicast_out).
                  type: str
                  returned: success
                tool: {description: C(nftables) or C(iptables)., type: str, returned: success}
                table: {description: Its table., type: str, returned: success}
                chain: {description: Its chain., type: str, returned: success}
                rule: {description: "How it reads, or C(policy drop).", type: str, returned: success}
                sure: {description: Whether it drops all of them. Else it may drop some., type: bool, returned: success}
            managers: {description: "C(ufw), C(firewalld) with its zone.", type: list, elements: str, returned: success}
            left_out: {description: What could not be read., type: list, elements: str, returned: success}
        groups: {description: The NICs on which 239.255.0.1 is joined., type: list, elements: str, returned: success}
        rp_filter:
          description: Whether packets are dropped whose sender would be answered by another NIC. 0 no, 1 strictly, 2 loosely.
          type: int
          returned: success
        ephemeral_ports:
          description: First and last port that programs are given which ask for none.
          type: list
          elements: int
          returned: success
        reserved_ports:
          description: First and last port of each range that they are not given all the same (C(ip_local_reserved_ports)).
          type: list
          elements: list
          returned: success
        reverse_path_drops: {description: Packets dropped by that during the probe., type: int, returned: success}
        buffer_overflows:
          description: Datagrams dropped during the probe as a program did not read in time.
          type: int
          returned: success
        error: {description: Why it could not be read., type: str, returned: success}
    addresses:
      description: What the NIC's network namespace has of addresses, and who sends from one that it no longer has.
      returned: success
      type: dict
      contains:
        nics:
          description: The NICs that have an IPv4 address, but the loopback.
          type: list
          elements: dict
          returned: success
          contains:
            nic: {description: Its name., type: str, returned: success}
            kind: {description: "Empty for hardware, else as C(macvlan).", type: str, returned: success}
            index: {description: Its number., type: int, returned: success}
            link: {description: The number of the NIC that it is made on., type: int, returned: success}
            addresses: {description: "Each as C(10.88.1.21/24).", type: list, elements: str, returned: success}
        stale:
          description: DDS programs that have a socket bound to an address which the namespace does not have.
          type: list
          elements: dict
          returned: success
          contains:
            program: {description: Name and process id., type: str, returned: success}
            domain_ids: {description: The domains whose ports it has open., type: list, elements: int, returned: success}
            address: {description: The address that is not there., type: str, returned: success}
            others: {description: "Those that are there, and bound too.", type: list, elements: str, returned: success}
        error: {description: Why it could not be read., type: str, returned: success}
    heard:
      description: The participants heard, in the order of the first time.
      returned: success
      type: list
      elements: dict
      contains:
        guid_prefix: {description: GUID prefix in hexadecimal., type: str, returned: success}
        vendor: {description: Name of the DDS implementation., type: str, returned: success}
        vendor_id: {description: Vendor id on the wire., type: str, returned: success, sample: "01.10"}
        name: {description: Entity name that the participant gives itself., type: str, returned: success}
        address: {description: Address that the first datagram came from., type: str, returned: success}
        ttl: {description: Time to live of that datagram on arrival., type: int, returned: success}
        locators:
          description: Where the participant says that it can be reached.
          type: list
          elements: str
          returned: success
        sources:
          description:
            - Where this GUID prefix was heard from, when that is more than one address. What is named from there tells whether
              that is one participant with several NICs, or two.
          type: list
          elements: dict
          returned: success
          contains:
            address: {description: Where datagrams came from., type: str, returned: success}
            first_s: {description: Seconds from the start to the first., type: float, returned: success}
            last_s: {description: Seconds from the start to the last., type: float, returned: success}
            datagrams: {description: How many came., type: int, returned: success}
            locators: {description: What was named there last., type: list, elements: str, returned: success}
        lease_s: {description: Seconds that the announcement holds., type: float, returned: success}
        domain_id: {description: Domain it says to be in. Fast DDS up to 2.x does not say., type: int, returned: success}
        domain_tag: {description: The domain's tag. Mostly empty., type: str, returned: success}
        host_claimed: {description: Host name that the participant gives., type: str, returned: success}
        process_claimed: {description: Process that the participant gives., type: str, returned: success}
        translated:
          description: Whether it came from an address that it does not name (address translation on the way).
          type: bool
          returned: success
        departed: {description: "Whether it has said that it leaves, and nothing since.", type: bool, returned: success}
        same_run: {description: "Whether it is a probe that knows O(run).", type: bool, returned: success}
        first_heard_s: {description: Seconds from the start until first heard., type: float, returned: success}
        paths:
          description:
            - V(multicast) for its announcement or beacon to the group, V(unicast) for an answer to the probe's own port.
          type: list
          elements: str
          returned: success
"""

import functools
import ipaddress
import os
import signal
import socket
import time
from datetime import datetime, timezone
from typing import Iterator, Optional, Sequence

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._around import socket_owners
from ..module_utils._elsewhere import read_elsewhere
from ..module_utils._ending import ends_in_words
from ..module_utils._endpoints import OWN
from ..module_utils._evidence.capture import write
from ..module_utils._firewalls import read_firewalls
from ..module_utils._lan import LanError, parse_network
from ..module_utils._netlink import NetlinkError
from ..module_utils._nics import read_nics
from ..module_utils._opening import look_around, open_captures, open_station
from ..module_utils._own_addresses import look_at_addresses
from ..module_utils._paths import PathPeer, PathsAsked
from ..module_utils._probe import run, wait_for_sockets
from ..module_utils._probe_nics import choose_nics
from ..module_utils._probe_words import sum_up
from ..module_utils._questions import KINDS, Ask
from ..module_utils._rtps.ports import MAX_PORT, PortError, discovery_multicast
from ..module_utils._targets import Target

ASK_SPEC = dict(
    kind=dict(type="str", choices=list(KINDS), required=True),
    address=dict(type="str", required=True),
    port=dict(type="int"),
)
PEER_SPEC = dict(
    address=dict(type="str", required=True),
    port=dict(type="int", required=True),
)
PATHS_SPEC = dict(
    port=dict(type="int", required=True),
    dds_ports=dict(type="list", elements="int", default=[]),
    peers=dict(type="list", elements="dict", default=[], options=PEER_SPEC),
)
TARGET_SPEC = dict(
    scope=dict(type="str", choices=["host", "pod"], default="host"),
    network=dict(type="str", required=True),
    nic=dict(type="str", required=True),
    subnet=dict(type="str", default=""),
    domain_id=dict(type="int"),
    pod=dict(type="str", default=""),
    pod_uid=dict(type="str", default=""),
    multicast=dict(type="bool", default=True),
    ask=dict(type="list", elements="dict", default=[], options=ASK_SPEC),
    paths=dict(type="dict", options=PATHS_SPEC),
)
SPEC = dict(
    host=dict(type="str", default=""),
    domain_id=dict(type="int", default=0),
    duration=dict(type="float", default=5.0),
    run=dict(type="str", default=""),
    endpoints=dict(type="list", elements="str", default=[]),
    tolerant=dict(type="bool", default=False),
    evidence=dict(type="path"),
    targets=dict(type="list", elements="dict", options=TARGET_SPEC),
)
SHORTEST_S = 0.1
LONGEST_S = 300


class Ended(Exception):
    """Somebody ends the module."""


def probe(
    host: str,
    domain_id: int,
    duration: float,
    targets: list[dict],
    *,
    announce: bool,
    token: str = "",
    endpoints: Sequence[str] = (),
    evidence: Optional[str] = None,
    proc: str = "/proc",
) -> dict:
    """Probe all targets with real sockets and clocks; see RETURN. `token`: the option `run`; `proc`: the host's processes."""
    began = datetime.now(timezone.utc)
    everywhere = {"host": host, "domain_id": domain_id, "run": token, "endpoints": tuple(endpoints)}
    wanted = [Target(**{**everywhere, **_given(target)}) for target in targets]
    # Before a socket of the probe is among those that are looked at.
    owners = socket_owners()
    around = [look_around(target, owners) for target in wanted]
    addresses = [look_at_addresses(target, owners) for target in wanted]
    elsewhere = read_elsewhere(owners, proc)
    stations = [open_station(target, os.urandom) for target in wanted]
    captures = open_captures(stations) if evidence else []
    wait = functools.partial(wait_for_sockets, stations)
    elapsed = run(stations, duration, announce=announce, now=time.monotonic, now_ns=time.time_ns, wait=wait)
    for each, firewall in zip(around, read_firewalls(wanted)):
        each.finish()
        each.firewall = firewall
    return {
        "began": began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "elapsed_s": round(elapsed, 3),
        "domain_id": domain_id,
        "elsewhere": elsewhere,
        "evidence": write(evidence, captures) if evidence else None,
        "targets": [
            {**station.as_result(), "around": each.as_result(), "addresses": own}
            for station, each, own in zip(stations, around, addresses)
        ],
    }


def own_targets() -> tuple[list[dict], list[dict]]:
    """(a target for each NIC of the host that is worth probing, those left out)."""
    chosen, left_out = choose_nics(read_nics())
    return [{"scope": "host", "network": nic, "nic": nic, "ask": []} for nic in chosen], left_out


def _given(target: dict) -> dict:
    given = {name: value for name, value in target.items() if value is not None}
    paths = given.pop("paths", None)
    if paths:
        peers = tuple(PathPeer(**peer) for peer in paths["peers"])
        given["paths"] = PathsAsked(paths["port"], tuple(paths["dds_ports"]), peers)
    return {**given, "ask": tuple(Ask(**ask) for ask in target["ask"])}


def find_faults(params: dict) -> list[str]:
    """What is wrong with the options, beyond their types."""
    faults = _faults_of_domain("domain_id", params["domain_id"])
    if not SHORTEST_S <= params["duration"] <= LONGEST_S:  # which "not a number" is not either
        faults.append(
            f"duration: {params['duration']} s is not in {SHORTEST_S}..{LONGEST_S}. Use some seconds, such as 5."
        )
    faults += [
        f"endpoints: {each!r} is neither {OWN} nor the IPv4 address of a host. Use {OWN}, or one like 192.168.8.20."
        for each in params["endpoints"]
        if each != OWN and not _is_of_one_host(each)
    ]
    for number, target in enumerate(params["targets"] or ()):
        if target["scope"] == "pod" and not (target["pod"] and target["pod_uid"]):
            faults.append(f"targets[{number}]: scope pod needs pod and pod_uid.")
        if target.get("domain_id") is not None:
            faults += _faults_of_domain(f"targets[{number}]", target["domain_id"])
        if target["subnet"]:
            try:
                parse_network(target["subnet"])
            except LanError as error:
                faults.append(f"targets[{number}]: the subnet {error}.")
        for place, ask in enumerate(target["ask"]):
            faults += [f"targets[{number}].ask[{place}]: {fault}" for fault in _faults_of_place(ask)]
        faults += [f"targets[{number}].paths: {fault}" for fault in _faults_of_paths(target.get("paths"))]
    return faults


def _faults_of_place(place: dict) -> Iterator[str]:
    if not _is_of_one_host(place["address"]):
        yield f"{place['address']!r} is not the IPv4 address of a host. Use one like 192.168.8.20."
    if place["port"] is not None:
        yield from _faults_of_port(place["port"])


def _faults_of_paths(paths: Optional[dict]) -> Iterator[str]:
    if paths:
        for port in (paths["port"], *paths["dds_ports"]):
            yield from _faults_of_port(port)
        for peer in paths["peers"]:
            yield from _faults_of_place(peer)


def _faults_of_port(port: int) -> Iterator[str]:
    if not 1 <= port <= MAX_PORT:
        yield f"port {port} is not in 1..{MAX_PORT}."


def _is_of_one_host(text: str) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return not (address.is_multicast or address.is_unspecified or address.is_reserved)  # 255.255.255.255 is reserved


def _faults_of_domain(where: str, domain_id: int) -> list[str]:
    try:
        discovery_multicast(domain_id)
    except PortError as error:
        return [f"{where}: {error}."]
    return []


def _end(number: int, _frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # nothing shall cut the withdrawal short
    raise Ended(signal.Signals(number).name)


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    faults = find_faults(module.params)
    if faults:
        module.fail_json(msg=" ".join(faults))
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _end)
    try:
        result = _probe_as_asked(module.params, announce=not module.check_mode)
    except NetlinkError as error:
        module.fail_json(msg=f"The NICs of this host cannot be read: {error}")
    except Ended as error:
        module.fail_json(msg=f"The probe was ended by {error}. It has withdrawn. Run it again.")
    broken = any(target["errors"] for target in result["targets"])
    if not result["targets"] and module.params["targets"] is None:
        left_out = "; ".join(f"{each['nic']}: {each['why']}" for each in result["left_out"])
        module.fail_json(
            msg=f"This host has no NIC to probe ({left_out or 'none but the loopback'}). Name one in targets."
        )
    lines = sum_up(result)
    if broken and not module.params["tolerant"]:
        module.fail_json(msg="\n".join(lines), **result)
    module.exit_json(changed=bool(result["evidence"] and result["evidence"]["path"]), msg=lines, **result)


def _probe_as_asked(params: dict, *, announce: bool) -> dict:
    targets, left_out = (params["targets"], []) if params["targets"] is not None else own_targets()
    host = params["host"] or socket.gethostname()
    result = probe(
        host,
        params["domain_id"],
        params["duration"],
        targets,
        announce=announce,
        token=params["run"],
        endpoints=params["endpoints"],
        evidence=params["evidence"] if announce else None,
    )
    return {**result, "left_out": left_out}


if __name__ == "__main__":
    main()
