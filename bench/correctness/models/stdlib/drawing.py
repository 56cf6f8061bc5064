"""Models of what draws at random: `random`, `secrets`, `uuid`, `os.urandom`.

In all runs of a search, whatever the schedule, a draw gives the same number.  With
another seed it gives another number: `--draws N` explores several seeds.  The functions
of `random` share one generator, which is seeded before each run.  A function that
requests random bytes from the system gets bytes that depend only on the seed, on the
worker that calls, and on the number of its draws so far.
"""

import base64
import random
import secrets
import types
import uuid
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.instrument.sites import INSPECTION_SITE
from bench.correctness.models.substitution import module
from bench.correctness.tracking.containers import get_item


def draw_bytes(size: int) -> bytes:
    """The model of `os.urandom`."""
    return random.Random(kernel.draw()).randbytes(size)


def draw_bits() -> int:
    """Return a seed for a generator that in CPython gets its seed from the system."""
    return int.from_bytes(draw_bytes(16), "big")


def choice(self: Any, seq: Any) -> Any:
    """`choice`: reads the length of a sequence, draws, and then reads an item."""
    if not len(seq):
        raise IndexError("Cannot choose from an empty sequence")
    return get_item(seq, self._randbelow(len(seq)), INSPECTION_SITE)


class Random(random.Random):
    """`random.Random`, which draws its seed if none is given."""

    choice = choice

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(draw_bits() if a is None else a, version)


class SystemRandom(random.SystemRandom):
    """`random.SystemRandom`, whose bits come from `draw_bytes`."""

    choice = choice

    def random(self) -> float:
        return (int.from_bytes(draw_bytes(7), "big") >> 3) * 2.0**-53

    def getrandbits(self, k: int) -> int:
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        size = (k + 7) // 8
        return int.from_bytes(draw_bytes(size), "big") >> (size * 8 - k)

    def randbytes(self, n: int) -> bytes:
        return draw_bytes(n)


def seed(a: Any = None, version: int = 2) -> None:
    """`random.seed`: without a value, it draws the seed."""
    random.seed(draw_bits() if a is None else a, version)


def token_bytes(nbytes: int | None = None) -> bytes:
    """`secrets.token_bytes`."""
    return draw_bytes(secrets.DEFAULT_ENTROPY if nbytes is None else nbytes)


def token_hex(nbytes: int | None = None) -> str:
    """`secrets.token_hex`."""
    return token_bytes(nbytes).hex()


def token_urlsafe(nbytes: int | None = None) -> str:
    """`secrets.token_urlsafe`."""
    text = base64.urlsafe_b64encode(token_bytes(nbytes))
    return text.rstrip(b"=").decode("ascii")


def randbelow(exclusive_upper_bound: int) -> int:
    """`secrets.randbelow`."""
    if exclusive_upper_bound <= 0:
        raise ValueError("Upper bound must be positive.")
    return system.randrange(exclusive_upper_bound)


def uuid4() -> uuid.UUID:
    """`uuid.uuid4`: a random id."""
    return uuid.UUID(bytes=draw_bytes(16), version=4)


def uuid1(node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
    """`uuid.uuid1`: an id that no other call returns."""
    return uuid.UUID(bytes=draw_bytes(16), version=1)


# The state of objects of these classes is tracked, like that of CPython's objects.
Random.__module__ = SystemRandom.__module__ = "random"
system = SystemRandom()
RANDOM = module(
    "random",
    random,
    Random=Random,
    SystemRandom=SystemRandom,
    seed=seed,
    choice=types.MethodType(choice, random.seed.__self__),  # type: ignore[attr-defined]
)
SECRETS = module(
    "secrets",
    secrets,
    choice=system.choice,
    randbelow=randbelow,
    randbits=system.getrandbits,
    token_bytes=token_bytes,
    token_hex=token_hex,
    token_urlsafe=token_urlsafe,
    SystemRandom=SystemRandom,
)
UUID = module("uuid", uuid, uuid1=uuid1, uuid4=uuid4, getnode=refuse("uuid.getnode"))
