"""The pairs under each model, called alike: what most tests are parametrised by."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import anyio
import pytest

from bench.pairs.catalogue import PAIRS, Pair
from bench.records.models import PACKAGES

SEVEN = [
    "candy_machine",
    "condition",
    "event",
    "bounded_queue",
    "lock",
    "rlock",
    "semaphore",
]


def quiet(*words: object) -> None:
    """Ignore what is logged."""


@dataclass(frozen=True)
class Model:
    """How a form of the pairs is found, and how its coroutines are driven."""

    package: str
    drive: Callable[..., Any]  # call a function, and run the coroutine if it is one

    def module(self, pair: str) -> ModuleType:
        return import_module(f"{self.package}.{pair}")

    def run(self, pair: Pair, options: dict[str, Any], log: Callable = quiet) -> Any:
        """The outcome of `run` on a fresh state."""
        module = self.module(pair.name)

        def call() -> Any:
            positional, named = pair.arguments(module, options)
            return module.run(*positional, **named, log=log)

        return self.drive(call)


def in_asyncio(call: Callable[[], Any]) -> Any:
    async def main() -> Any:
        async with asyncio.timeout(20):
            return await call()

    return asyncio.run(main())


def in_trio(call: Callable[[], Any]) -> Any:
    async def main() -> Any:
        with anyio.fail_after(20):
            return await call()

    return anyio.run(main, backend="trio")


def in_loop(new_loop: Callable[[], Any], eager: bool = False) -> Callable[..., Any]:
    """What drives a coroutine function on a loop of another make."""

    def drive(call: Callable[[], Any]) -> Any:
        async def main() -> Any:
            async with asyncio.timeout(20):
                return await call()

        with asyncio.Runner(loop_factory=new_loop) as runner:
            if eager:
                runner.get_loop().set_task_factory(asyncio.eager_task_factory)
            return runner.run(main())

    return drive


def in_uvloop(call: Callable[[], Any]) -> Any:
    uvloop = pytest.importorskip("uvloop")
    return in_loop(uvloop.new_event_loop)(call)


THREADED = pytest.param(Model(PACKAGES["threads"], lambda call: call()), id="threaded")
ASYNCIO = pytest.param(Model(PACKAGES["asyncio"], in_asyncio), id="asyncio")
ON_ANYIO = pytest.param(Model(PACKAGES["anyio"], in_asyncio), id="anyio-asyncio")
ON_TRIO = pytest.param(Model(PACKAGES["anyio"], in_trio), id="anyio-trio")
ON_UVLOOP = pytest.param(Model(PACKAGES["asyncio"], in_uvloop), id="asyncio-uvloop")
EAGERLY = pytest.param(
    Model(PACKAGES["asyncio"], in_loop(asyncio.new_event_loop, eager=True)),
    id="asyncio-eager",
    marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="new in Python 3.12"),
)

in_both_models = pytest.mark.parametrize("model", [THREADED, ASYNCIO])
in_every_form = pytest.mark.parametrize("model", [THREADED, ASYNCIO, ON_ANYIO, ON_TRIO])
in_other_loops = pytest.mark.parametrize("model", [ON_UVLOOP, EAGERLY])
each_pair = pytest.mark.parametrize("pair", [PAIRS[name] for name in SEVEN], ids=SEVEN)
