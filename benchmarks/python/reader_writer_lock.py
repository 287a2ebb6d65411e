#!/usr/bin/env python3
"""The benchmarks of ThreadLockBenchmark for Python's fasteners.ReaderWriterLock.

Needs fasteners (Debian: python3-fasteners). Prints a Markdown table: the time of one
section in one thread, in nanoseconds, as median and range over the rounds.
"""
import argparse
import itertools
import platform
import random
import statistics
import threading
import time
from importlib import metadata

import fasteners

BATCH = 20
CHOICES = 1000


class Counter:
    """A number and the lock that guards it."""

    def __init__(self):
        self.lock = fasteners.ReaderWriterLock()
        self.number = 0

    def read(self):
        with self.lock.read_lock():
            return self.number

    def write(self):
        with self.lock.write_lock():
            self.number += 1
            return self.number

    def reentrant_read(self):
        with self.lock.read_lock():
            return self.read()


class Worker(threading.Thread):
    """Runs sections until it is stopped; a given share of them writes."""

    def __init__(self, counter, section, read_percent, seed, start):
        super().__init__(daemon=True)
        self.counter = counter
        self.section = section
        self.start_line = start
        self.stopped = False
        self.sections = 0
        self.writes = 0
                # drawn in advance, so that the choice does not cost more than the lock
        numbers = random.Random(seed)
        self.choices = [numbers.random() * 100 < read_percent for _ in range(CHOICES)]

    def run(self):
        read, write = getattr(self.counter, self.section), self.counter.write
        choices = itertools.cycle(self.choices)
        self.start_line.wait()
        while not self.stopped:
            for is_to_read in itertools.islice(choices, BATCH):
                if is_to_read:
                    read()
                else:
                    write()
                    self.writes += 1
            self.sections += BATCH


def measure(section, read_percent, threads, seconds):
    """Run one round and return the nanoseconds per section and thread."""
    counter = Counter()
    start = threading.Barrier(threads + 1)
    workers = [Worker(counter, section, read_percent, seed, start) for seed in range(threads)]
    for worker in workers:
        worker.start()
    start.wait()
    begin = time.perf_counter_ns()
    time.sleep(seconds)
    for worker in workers:
        worker.stopped = True
    for worker in workers:
        worker.join()
    elapsed = time.perf_counter_ns() - begin
    if counter.number != sum(worker.writes for worker in workers):
        raise AssertionError("Mutual exclusion is violated")
    return threads * elapsed / sum(worker.sections for worker in workers)


# name, section, percentage of reads, threads
SCENARIOS = [
    ("read", "read", 100, 1),
    ("read", "read", 100, 2),
    ("write", "read", 0, 1),
    ("reentrantRead", "reentrant_read", 100, 1),
    ("mix99", "read", 99, 2),
    ("mix99", "read", 99, 8),
    ("mix90", "read", 90, 2),
    ("mix90", "read", 90, 8),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds per row after one to warm up (default: 5)")
    parser.add_argument("--seconds", type=float, default=0.4, help="length of a round (default: 0.4)")
    options = parser.parse_args()

    print("| ns/op | threads | fasteners.ReaderWriterLock |")
    print("|---|---:|---:|")
    for name, section, read_percent, threads in SCENARIOS:
        measure(section, read_percent, threads, options.seconds)
        times = [measure(section, read_percent, threads, options.seconds) for _ in range(options.rounds)]
        print(
            f"| {name} | {threads} | {statistics.median(times):.0f} [{min(times):.0f}..{max(times):.0f}] |",
            flush=True,
        )
    print(f"\nPython {platform.python_version()}, fasteners {metadata.version('fasteners')}")


if __name__ == "__main__":
    main()
