"""flock(2) of a file, as Python calls it, doing what it is told on standard input."""
import fcntl
import sys
import time

file = open(sys.argv[1], "r+")


def attempt(mode, seconds):
    operation = {"EXCLUSIVE": fcntl.LOCK_EX, "SHARED": fcntl.LOCK_SH}[mode]
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, operation | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.001)


def obey(order):
    if order[0] == "lock":
        fcntl.flock(file, fcntl.LOCK_EX if order[1] == "EXCLUSIVE" else fcntl.LOCK_SH)
    elif order[0] == "unlock":
        fcntl.flock(file, fcntl.LOCK_UN)
    elif order[0] == "try":
        acquired = attempt(order[1], int(order[2]) / 1000.0)
        if acquired:
            fcntl.flock(file, fcntl.LOCK_UN)
        return str(acquired).lower()
    else:
        raise ValueError(order[0])
    return "done"


print("ready", flush=True)
for line in sys.stdin:
    print(obey(line.split()), flush=True)
