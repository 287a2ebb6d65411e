#!/bin/sh
# A cron job that packs the data of the box office while no counter sells. It shares the lock with those who
# only look, waits a minute for a sale to end, and fails if that was not enough.
#
#   backup.sh LOCK-DIRECTORY DATA-DIRECTORY ARCHIVE
#
# The counters have to lock as flock(1) does: fasteners.process.file.protocol=flock
set -eu
exec flock --shared --timeout 60 "$1/shows" tar -C "$2" -cf "$3" .
