#!/bin/sh
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# The discovery server of Fast DDS 3 with the options of Fast DDS 2. It wants the number of a command before them,
# which its own front end, "fastdds discovery", knows: 42 is the server.
exec "$AMENT_PREFIX_PATH/bin/fast-discovery-server" 42 "$@"
