#!/bin/bash
# wifi.sh up | isolation 0|1 | pods macvlan|ipvlan
# Simulated radios of one machine: an access point and two stations, each in a network namespace that has nothing but its wlan0,
# and beside each a pod, which is on that NIC by a child of it. Run as root; a reboot takes all of it away.
set -euo pipefail

readonly STATE=/run/wifi NETWORK=10.77.0
# The last number of each address. That of a pod is 100 more.
declare -rA HOSTS=([ap]=1 [sta1]=11 [sta2]=12)
declare -rA CHILDREN=([macvlan]="macvlan mode bridge" [ipvlan]="ipvlan mode l2")

up() {
  local radios host
  modprobe mac80211_hwsim radios=${#HOSTS[@]}
  mkdir -p "$STATE"
  radios=(/sys/class/ieee80211/*)
  for host in "${!HOSTS[@]}"; do
    host "$host" "${radios[0]}"
    radios=("${radios[@]:1}")
  done
  access_point 0
  write station.conf 'network={' ' ssid="robots"' ' key_mgmt=NONE' '}'
  start ap hostapd "$STATE/ap.conf"
  for host in sta1 sta2; do
    start "$host" wpa_supplicant -i wlan0 -D nl80211 -c "$STATE/station.conf"
  done
}

host() {
  local name=$1 radio=$2 nic uid
  nic=$(ls "$radio/device/net")
  ip netns add "$name"
  iw phy "${radio##*/}" set netns name "$name"
  ip -n "$name" link set "$nic" name wlan0
  ip -n "$name" address add "$NETWORK.${HOSTS[$name]}/24" dev wlan0
  ip -n "$name" link set wlan0 up
  # Modules run in the namespace of the interpreter that they are given.
  printf '#!/bin/sh\nexec ip netns exec %s /usr/bin/python3 "$@"\n' "$name" >"/usr/local/bin/python-in-$name"
  chmod +x "/usr/local/bin/python-in-$name"
  # A pod is known by its slice, as kubelet names those. Its uid is its host's name.
  ip netns add "pod-$name"
  start "pod-$name" --slice="kubepods-pod$name.slice" sleep infinity
}

access_point() {
  write ap.conf interface=wlan0 driver=nl80211 ssid=robots hw_mode=g channel=1 "ap_isolate=$1"
}

isolation() {
  access_point "$1"
  systemctl restart wifi-ap
  until [[ $(ip netns exec ap iw dev wlan0 station dump | grep -c 'authorized:.*yes') == 2 ]]; do
    sleep 0.2
  done
}

# A NIC has children of one kind at a time.
pods() {
  local host
  for host in "${!HOSTS[@]}"; do
    if ip -n "pod-$host" link show ros0 &>/dev/null; then
      ip -n "pod-$host" link delete ros0
    fi
    # shellcheck disable=SC2086 # several words
    ip -n "$host" link add ros0 link wlan0 netns "pod-$host" type ${CHILDREN[$1]}
    ip -n "pod-$host" address add "$NETWORK.$((HOSTS[$host] + 100))/24" dev ros0
    ip -n "pod-$host" link set ros0 up
  done
}

write() {
  printf '%s\n' "${@:2}" >"$STATE/$1"
}

# start NAMESPACE [OPTION OF systemd-run]... PROGRAM [ARGUMENT]...: a program that goes on running there.
start() {
  systemd-run --quiet --unit="wifi-$1" --property=NetworkNamespacePath="/run/netns/$1" "${@:2}"
}

"$@"
