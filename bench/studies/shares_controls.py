"""Functions whose shares of time are known by construction.

Each computes for a fixed time with the interpreter lock, computes for a fixed time
without it, and sleeps for a fixed time.  `thread_time` measures the computing, so other
programs on the machine do not change it.
"""

import asyncio
import hashlib
import time
import zlib

TEXT = bytes(range(256)) * 20_000


def locked(seconds: float) -> None:
    """Compute in Python, with the lock."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(50))


def unlocked(seconds: float) -> None:
    """Compute a digest, without the lock."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 3_000)


def python() -> None:
    locked(0.02)


def sleeping() -> None:
    time.sleep(0.02)


def hashing() -> None:
    unlocked(0.02)


def half_sleeping() -> None:
    locked(0.01)
    time.sleep(0.01)


def mostly_sleeping() -> None:
    locked(0.002)
    time.sleep(0.018)


def half_hashing() -> None:
    locked(0.01)
    unlocked(0.01)


def thirds() -> None:
    locked(0.01)
    unlocked(0.01)
    time.sleep(0.01)


def hashing_and_sleeping() -> None:
    unlocked(0.01)
    time.sleep(0.01)


def often_sleeping() -> None:
    for _ in range(10):
        locked(0.0005)
        time.sleep(0.0015)


def sorting() -> None:
    sorted(range(400_000, 0, -1))


def compressing() -> None:
    zlib.compress(TEXT, 6)


async def awaiting() -> None:
    locked(0.012)
    await asyncio.sleep(0.01)


CONTROLS = {  # seconds with the lock, without it, and waiting
    "python": (1.0, 0.0, 0.0),
    "sleeping": (0.0, 0.0, 1.0),
    "hashing": (0.0, 1.0, 0.0),
    "half_sleeping": (0.5, 0.0, 0.5),
    "mostly_sleeping": (0.1, 0.0, 0.9),
    "half_hashing": (0.5, 0.5, 0.0),
    "thirds": (1 / 3, 1 / 3, 1 / 3),
    "hashing_and_sleeping": (0.0, 0.5, 0.5),
    "often_sleeping": (0.25, 0.0, 0.75),
    "sorting": (1.0, 0.0, 0.0),
    "compressing": (0.0, 1.0, 0.0),
    "awaiting": (12 / 22, 0.0, 10 / 22),
}
