#!/bin/sh
# A cron job that archives the data of the box office while no counter sells. It acquires the lock in shared
# mode, beside counters that only read. It waits for up to a minute, and fails if the lock is not available
# by then.
#
#   backup.sh LOCK-DIRECTORY DATA-DIRECTORY ARCHIVE
#
# The counters must use the protocol of flock(1): fasteners.process.file.protocol=flock
set -eu
exec flock --shared --timeout 60 "$1/shows" tar -C "$2" -cf "$3" .
