"""Measures the time of one acquire and one release of file locks in Python.

Arguments: directory, nanoseconds of a round. Prints a line for each available lock and
mode: name, version, mode and nanoseconds per pair, separated by tabs.
"""
import importlib
import os
import platform
import sys
import time
from importlib import metadata


def fasteners_pairs(module, path):
    lock = module.InterProcessLock(path)
    yield "exclusive", lock.acquire, lock.release
        # of the two classes only this one has a shared mode
    shared = module.InterProcessReaderWriterLock(path + "-shared")
    yield "shared", shared.acquire_read_lock, shared.release_read_lock


def filelock_pairs(module, path):
    lock = module.FileLock(path)
    yield "exclusive", lock.acquire, lock.release


def portalocker_pairs(module, path):
    flags = module.LockFlags
    for mode, flag in (("exclusive", flags.EXCLUSIVE), ("shared", flags.SHARED)):
        lock = module.Lock(path, flags=flag | flags.NON_BLOCKING)
        yield mode, lock.acquire, lock.release


PAIRS = {"fasteners": fasteners_pairs, "filelock": filelock_pairs, "portalocker": portalocker_pairs}


def measure(acquire, release, nanos):
    pairs = 0
    begin = time.monotonic_ns()
    while True:
        for _ in range(100):
            acquire()
            release()
        pairs += 100
        elapsed = time.monotonic_ns() - begin
        if elapsed >= nanos:
            return elapsed / pairs


def main(directory, nanos):
    for name, pairs in PAIRS.items():
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        version = f"{metadata.version(name)}, Python {platform.python_version()}"
        for mode, acquire, release in pairs(module, os.path.join(directory, name)):
            measure(acquire, release, nanos // 4)
            print(name, version, mode, f"{measure(acquire, release, nanos):.1f}", sep="\t", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
