"""Python's fasteners on a file, doing what it is told on standard input."""
import os
import sys

import fasteners

path = sys.argv[1]
exclusive = fasteners.InterProcessLock(path)
shared = fasteners.InterProcessReaderWriterLock(path)


def acquire(mode, timeout=None):
    if mode == "EXCLUSIVE":
        return exclusive.acquire(timeout=timeout)
    if mode == "WRITE":
        return shared.acquire_write_lock(timeout=timeout)
    return shared.acquire_read_lock(timeout=timeout)


def release(mode):
    if mode == "EXCLUSIVE":
        exclusive.release()
    elif mode == "WRITE":
        shared.release_write_lock()
    else:
        shared.release_read_lock()


def count(file, times):
    inside = os.path.join(os.path.dirname(file), "inside")
    for _ in range(times):
        with exclusive:
            os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
            with open(file) as source:
                number = int(source.read())
            with open(file, "w") as target:
                target.write(str(number + 1))
            os.remove(inside)


def obey(order):
    if order[0] == "lock":
        acquire(order[1])
    elif order[0] == "unlock":
        release(order[1])
    elif order[0] == "try":
        acquired = acquire(order[1], int(order[2]) / 1000.0)
        if acquired:
            release(order[1])
        return str(acquired).lower()
    elif order[0] == "count":
        count(order[1], int(order[2]))
    else:
        raise ValueError(order[0])
    return "done"


print("ready", flush=True)
for line in sys.stdin:
    print(obey(line.split()), flush=True)
