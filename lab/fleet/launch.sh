#!/bin/sh
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Become the supervisor of one machine, or a tool that works for it: launch.sh "GROUP..." OVERLAY_OPTIONS ROOT COMMAND...
# The first act is to enter the machine's control groups, so that whatever happens next can be found and ended by them.
# The mounts live in a mount namespace of this process alone and end with it.
set -eu
groups=$1 overlay=$2 root=$3
shift 3
for group in $groups; do
    echo $$ >"$group/cgroup.procs"
done
[ -z "$overlay" ] || overlay="-o $overlay"
# shellcheck disable=SC2016 # expanded by the inner shell, inside the new mount namespace
exec unshare --mount --propagation slave sh -euc '
    overlay=$1 root=$2
    shift 2
    [ -z "$overlay" ] || mount -t overlay overlay $overlay "$root"
    exec "$@"
' launch "$overlay" "$root" "$@"
