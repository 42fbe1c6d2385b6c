#!/usr/bin/env bash
# boot.sh ROOT: runs ROOT's own systemd as process 1 of namespaces of its own (mounts, processes, network with loopback
# alone, host name, cgroups). So units are what they are on a machine, with their users, sockets, filters and sandboxes.
# Ends when it is killed, and everything in it with it. root's; needs no systemd outside.
set -euo pipefail
root=$(realpath -- "$1")

# A cgroup of its own, whose root the new systemd takes for the root of all.
mount=$(mktemp -d)
mount -t cgroup2 none "$mount"
mkdir -p "$mount/remit-bare-$$"
printf '%s\n' "$$" >"$mount/remit-bare-$$/cgroup.procs"
umount "$mount"
rmdir "$mount"

# shellcheck disable=SC2016 # what is in quotes is for the shell inside
exec unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child bash -euc '
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 none "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for node in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"
done
mknod -m 666 "$root/dev/tty" c 5 0
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
hostname bare
ip link set lo up
cd "$root"
mkdir -p .outside
pivot_root . .outside
umount -l /.outside
rmdir /.outside
exec env -i container=remit PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    /lib/systemd/systemd --show-status=0 --unit=multi-user.target
' boot "$root"
