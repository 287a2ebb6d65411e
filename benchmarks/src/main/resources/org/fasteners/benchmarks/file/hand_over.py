"""The holder or the waiter of HandOver, for other file locks than those of the library.

Arguments: holder or waiter, the kind of lock, the lock file, the file of the board, and
any number of HOLD:ROUNDS (nanoseconds and number). Equivalent to HandOverSide.java, with
the same output. Kinds: fasteners; flock, the system call flock(2), which waits in the
kernel; command, the command flock(1) as the waiter. The delay of the last one includes
the command that it runs after the acquisition.
"""
import fcntl
import mmap
import random
import struct
import subprocess
import sys
import time

HELD, WAITING, WAITING_SINCE, DONE = 0, 8, 16, 24
BYTES = 32
SEED = 42
LONGEST_WAIT = 60e9
PAUSE = 50e-6

now = time.monotonic_ns


class Board:
    def __init__(self, path):
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), BYTES)

    def get(self, place):
        return struct.unpack_from("=q", self.map, place)[0]

    def set(self, place, value):
        struct.pack_into("=q", self.map, place, value)

    def wait(self, place, number, pause):
        begin = now()
        while self.get(place) < number:
            if now() - begin > LONGEST_WAIT:
                sys.exit(f"The other process does not reach round {number}")
            if pause:
                time.sleep(pause)


class Flock:
    """flock(2), as the holder and as the waiter."""

    def __init__(self, path):
        self.path = path
        self.file = open(path, "a")

    def lock(self):
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def unlock(self):
        fcntl.flock(self.file, fcntl.LOCK_UN)

    def wait(self, announce):
        """Call announce when the wait begins, and return the time at which it ended."""
        announce()
        self.lock()
        time_of_lock = now()
        self.unlock()
        return time_of_lock


class Fasteners(Flock):
    def __init__(self, path):
        import fasteners

        inter_process_lock = fasteners.InterProcessLock(path)
        self.lock, self.unlock = inter_process_lock.acquire, inter_process_lock.release


class Command(Flock):
    """flock(1) as the waiter. It prints the time of day, which is converted to the monotonic clock."""

    def wait(self, announce):
        waiter = subprocess.Popen(["flock", self.path, "date", "+%s%N"], stdout=subprocess.PIPE)
        while not self.is_blocked(waiter.pid):
            pass
        announce()
        output = waiter.communicate()[0]
        if waiter.returncode != 0:
            sys.exit("flock(1) failed")
        return int(output) - (time.time_ns() - now())

    @staticmethod
    def is_blocked(pid):
        # a waiter has a line such as "1: -> FLOCK  ADVISORY  WRITE 4242 ..."
        with open("/proc/locks") as locks:
            return any("-> FLOCK" in line and f" {pid} " in line for line in locks)


KINDS = {"fasteners": Fasteners, "flock": Flock, "command": Command}


def sleep_until(moment):
    while (left := moment - now()) > 0:
        if left > 2 * PAUSE * 1e9:
            time.sleep(left / 1e9 - 2 * PAUSE)


def hold(lock, board, plans):
    holds = random.Random(SEED)
    number = 0
    for mean, rounds in plans:
        for _ in range(rounds):
            number += 1
            lock.lock()
            board.set(HELD, number)
            board.wait(WAITING, number, 0)
            sleep_until(board.get(WAITING_SINCE) + int(mean * holds.uniform(0.5, 1.5)))
            released = now()
            lock.unlock()
            board.wait(DONE, number, PAUSE)
            yield released


def wait(lock, board, plans):
    for number in range(1, sum(rounds for _, rounds in plans) + 1):

        def announce():
            board.set(WAITING_SINCE, now())
            board.set(WAITING, number)

        board.wait(HELD, number, PAUSE)
        yield lock.wait(announce)
        board.set(DONE, number)


def main(role, kind, path, board, *plans):
    side = hold if role == "holder" else wait
    plans = [tuple(map(int, plan.split(":"))) for plan in plans]
    times = list(side(KINDS[kind](path), Board(board), plans))
    print(*times, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
