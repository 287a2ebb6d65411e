"""Locks a file in the way that is named, doing what it is told on standard input."""
import errno
import fcntl
import sys
import time

way, path = sys.argv[1:]
held = None


class Handle:
    """A file of its own, locked by a function of the module fcntl, or by portalocker."""

    def __init__(self):
        self.file = open(path, "r+")

    def acquire(self, mode, blocking):
        if way == "portalocker":
            import portalocker
            flags = (portalocker.LockFlags.SHARED if mode == "SHARED"
                     else portalocker.LockFlags.EXCLUSIVE)
            if not blocking:
                flags |= portalocker.LockFlags.NON_BLOCKING
            try:
                portalocker.lock(self.file, flags)
            except portalocker.LockException:
                return False
            return True
        flags = fcntl.LOCK_SH if mode == "SHARED" else fcntl.LOCK_EX
        try:
            getattr(fcntl, way)(self.file, flags | (0 if blocking else fcntl.LOCK_NB))
        except OSError as ex:
            if ex.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            return False
        return True

    def release(self):
        if way != "portalocker":
            getattr(fcntl, way)(self.file, fcntl.LOCK_UN)
        self.file.close()


class FileLock:
    """The lock of the package filelock, which is exclusive alone."""

    def __init__(self):
        import filelock
        self.filelock = filelock
        self.lock = filelock.FileLock(path)

    def acquire(self, mode, blocking):
        assert mode == "EXCLUSIVE"
        try:
            self.lock.acquire(timeout=-1 if blocking else 0, poll_interval=0.005)
        except self.filelock.Timeout:
            return False
        return True

    def release(self):
        self.lock.release()


def make():
    return FileLock() if way == "filelock" else Handle()


def attempt(mode, millis):
    deadline = time.monotonic() + millis / 1000.0
    handle = make()
    while not handle.acquire(mode, False):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.001)
    handle.release()
    return True


def obey(order):
    global held
    if order[0] == "lock":
        held = make()
        held.acquire(order[1], True)
    elif order[0] == "unlock":
        held.release()
    elif order[0] == "try":
        return str(attempt(order[1], int(order[2]))).lower()
    else:
        raise ValueError(order[0])
    return "done"


print("ready", flush=True)
for line in sys.stdin:
    print(obey(line.split()), flush=True)
