# What adopt needs to know of a machine, without Python and without sudo: lines of KEY=VALUE. For any shell of POSIX.
PATH=$PATH:/usr/sbin:/sbin
echo "user=$(id -un)"
sed 's/^/os-release=/' /etc/os-release
for program in apt-get dnf yum zypper pacman apk; do
    if command -v $program >/dev/null; then echo "program=$program"; fi
done
for python in /usr/bin/python3 /usr/bin/python3.[0-9] /usr/bin/python3.[0-9][0-9]; do
    if [ -x $python ]; then echo "python=$python $($python -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; fi
done
if [ -e /usr/bin/snap ]; then echo "snap=there"; fi
if command -v sudo >/dev/null; then echo "sudo=there"; fi
if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then echo "sudo=free"; fi
if [ -r ~/.ssh/authorized_keys ]; then sed 's/^/key=/' ~/.ssh/authorized_keys; fi
exit 0
