"""A worker in Python. The Java classes Layout, Tally, Mark, Life and Presence explain the
protocol on the board and the order of its steps. This module implements it again, because
Python workers must count and check as strictly as those in Java.

On the processors of today's Linux machines, a store to a cell of the memory view is one
store of eight bytes. The order of two stores is the program order on x86; on all processors
the system calls of the lock separate the sections.
"""
import contextlib
import fcntl
import hashlib
import mmap
import os
import random
import sys
import threading
import time

import fasteners

STOPPING, PROCESSES, THREADS, RESOURCES, HEADER = range(5)
TOTALS, PER_RESOURCE = 4, 5
MARK, BEGUN, DONE, TARGET, WITNESSED = range(PER_RESOURCE)
SHARED, UPDATE, EXCLUSIVE = range(3)
MODES = ("SHARED", "UPDATE", "EXCLUSIVE")
OVERLAPS = 3
AUTHOR_BITS, MODE_BITS, SEQUENCE_BITS, PID_BITS = 12, 2, 30, 32
MASK = 2**64 - 1


def signed(word):
    return word - 2**64 if word >= 2**63 else word


class Board:
    def __init__(self, path):
        with open(path, "r+b") as file:
            self.cells = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
        self.processes = self.cells[PROCESSES]
        self.threads = self.cells[THREADS]
        self.resources = self.cells[RESOURCES]

    def stopping(self):
        return self.cells[STOPPING] != 0

    def count(self, resource):
        return HEADER + resource

    def stamp(self, resource):
        return HEADER + self.resources + resource

    def life(self, process):
        return HEADER + 2 * self.resources + process

    def slots(self):
        return range(self.processes * self.threads)

    def total(self, slot, which):
        stride = TOTALS + PER_RESOURCE * self.resources
        return HEADER + 2 * self.resources + self.processes + slot * stride + which

    def cell(self, slot, resource, which):
        return self.total(slot, TOTALS + PER_RESOURCE * resource + which)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in "ZX" and int(fields[6]) & 0x4 == 0


class Section:
    def __init__(self, board, slot, generation, choice):
        self.board, self.cells, self.slot = board, board.cells, slot
        self.generation, self.choice = generation, choice
        self.sequence = 0

    def run(self, resource, mode):
        cell = self.board.cell(self.slot, resource, MARK)
        self.sequence += 1
        mark = ((self.generation << SEQUENCE_BITS | self.sequence) << MODE_BITS) + mode + 1
        self.cells[cell] = signed(mark)
        self.check_overlaps(resource, mode)
        if mode == SHARED:
            self.read(resource)
        else:
            self.write(resource, mark)
        self.check_overlaps(resource, mode)
        self.cells[cell] = 0
        self.cells[self.board.total(self.slot, mode)] += 1

    def read(self, resource):
        cells = (self.board.stamp(resource), self.board.count(resource))
        before = [self.cells[cell] for cell in cells]
        self.work()
        if before != [self.cells[cell] for cell in cells]:
            self.report(resource, "another thread wrote during a read")

    def write(self, resource, mark):
        cells, cell = self.cells, self.board.cell
        number, author = divmod(cells[self.board.count(resource)], 2**AUTHOR_BITS)
        stamp = signed(mark << AUTHOR_BITS & MASK | self.slot)
        cells[cell(author, resource, WITNESSED)] = number
        cells[cell(self.slot, resource, TARGET)] = number + 1
        cells[cell(self.slot, resource, BEGUN)] = cells[cell(self.slot, resource, DONE)] + 1
        cells[self.board.stamp(resource)] = stamp
        self.work()
        if cells[self.board.stamp(resource)] != stamp:
            self.report(resource, "another thread wrote during a write")
        cells[self.board.count(resource)] = (number + 1) << AUTHOR_BITS | self.slot
        cells[cell(self.slot, resource, DONE)] = cells[cell(self.slot, resource, BEGUN)]

    def check_overlaps(self, resource, mode):
        for other in self.board.slots():
            mark = self.cells[self.board.cell(other, resource, MARK)] & MASK
            if other == self.slot or mark == 0:
                continue
            theirs = mark % 2**MODE_BITS - 1
            compatible = mode == SHARED and theirs != EXCLUSIVE
            if not compatible and self.lives(other, mark >> MODE_BITS + SEQUENCE_BITS):
                self.report(resource, f"{MODES[mode]} beside {MODES[theirs]} of worker {other}")

    def lives(self, other, generation):
        life = self.cells[self.board.life(other // self.board.threads)]
        return life >> PID_BITS == generation and is_alive(life % 2**PID_BITS)

    def report(self, resource, what):
        cell = self.board.total(self.slot, OVERLAPS)
        self.cells[cell] += 1
        if self.cells[cell] <= 3:
            print(f"OVERLAP seen by worker {self.slot}, generation {self.generation},"
                  f" in lock {resource}: {what}", file=sys.stderr, flush=True)

    def work(self):
        percent = self.choice.randrange(100)
        if percent < 10:
            time.sleep(self.choice.uniform(0, 0.02 if percent < 1 else 0.003))


def first_byte(resource):
    digest = hashlib.sha256(f"key {resource}".encode("utf-8")).digest()
    return 2**20 + 8 * (int.from_bytes(digest[:8], "big") >> 5)


class Path:
    """The locks of Python's fasteners: both kinds, but one at a time, because each closes the file."""

    def __init__(self, path, choice):
        self.plain = fasteners.InterProcessLock(path)
        self.readers_and_writers = fasteners.InterProcessReaderWriterLock(path)
        self.choice = choice

    @contextlib.contextmanager
    def locked(self, resource, mode):
        patience = dict(delay=0.001, max_delay=0.01)
        lock = self.readers_and_writers
        if mode == SHARED:
            acquire, release = lock.acquire_read_lock, lock.release_read_lock
        elif self.choice.randrange(2):
            acquire, release = lock.acquire_write_lock, lock.release_write_lock
        else:
            acquire, release = self.plain.acquire, self.plain.release
        acquire(**patience)
        try:
            yield
        finally:
            release()


class Keyed:
    """Locks of keys, as specified in docs/keyed-locks.md."""

    def __init__(self, path, choice):
        self.file = open(path, "r+b")

    @contextlib.contextmanager
    def locked(self, resource, mode):
        operation, length = (fcntl.LOCK_SH, 1) if mode == SHARED else (fcntl.LOCK_EX, 3)
        fcntl.lockf(self.file, operation, length, first_byte(resource))
        try:
            yield
        finally:
            fcntl.lockf(self.file, fcntl.LOCK_UN, length, first_byte(resource))


class NoLock:
    def __init__(self, path, choice):
        pass

    def locked(self, resource, mode):
        return contextlib.nullcontext()


def exit_with_parent():
    def watch():
        os.read(0, 1)
        os._exit(3)
    threading.Thread(target=watch, daemon=True).start()


def main(board, lock_file, process, generation, seed, behaviour, planted_bug):
    exit_with_parent()
    board = Board(board)
    board.cells[board.life(int(process))] = int(generation) << PID_BITS | os.getpid()
    choice = random.Random(int(seed))
    section = Section(board, int(process) * board.threads, int(generation), choice)
    kind = {"PYTHON_PATH": Path, "PYTHON_KEYED": Keyed}[behaviour]
    if planted_bug == "NO_LOCK":
        kind = NoLock
    lock = kind(lock_file, choice)
    first = 1 if behaviour == "PYTHON_KEYED" else 0
    while not board.stopping():
        for _ in range(choice.randint(1, 4)):
            resource = choice.randrange(first, board.resources)
            mode = choice.choice((SHARED, EXCLUSIVE))
            with lock.locked(resource, mode):
                section.run(resource, mode)
        time.sleep(choice.uniform(0, 0.01))
    os._exit(0)


main(*sys.argv[1:])
