"""Runs the origin: for a program that started it, or for a user at a terminal."""

import asyncio
import contextlib
import gc
import json
import os
import signal
import ssl
import sys
import threading
from collections.abc import Callable

from bench.origin import HOST
from bench.origin.server import serving

with contextlib.suppress(ImportError):  # this module is missing on Windows
    import resource


def allow_many_connections() -> None:
    """Raise the limit of open files as far as the system allows."""
    with contextlib.suppress(NameError, ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def serve(
    port: int, ready: Callable[[int], object], host: str, chain: str | None
) -> None:
    """Serve until cancelled; call `ready` with the port once the server accepts."""
    tls = None
    if chain:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(chain)
    async with serving(host, port, tls) as chosen:
        gc.freeze()  # not collected, because pattern and modules stay alive in any case
        ready(chosen)
        await asyncio.Event().wait()


def run(
    port: int,
    ready: Callable[[int], object],
    host: str = HOST,
    chain: str | None = None,
) -> None:
    """Serve on uvloop if it is installed, else on asyncio's loop.

    `chain` is a file with certificate and key; with it, the origin serves with TLS.
    """
    allow_many_connections()
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    with contextlib.suppress(ImportError):
        from uvloop import new_event_loop as loop_factory
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(serve(port, ready, host, chain))


def end_with_parent() -> None:
    """End this process when its standard input ends, as it does with the parent."""
    sys.stdin.buffer.read()
    os._exit(0)


def say_port(port: int) -> None:
    print(json.dumps({"port": port}), flush=True)  # noqa: T201 - the ready signal


def serve_parent() -> None:
    """Run the origin in the child process of `bench.origin.Origin`."""
    # Ctrl-C is for the parent process only
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    host, chain = (*sys.argv[1:], HOST, "")[:2] if sys.argv[1:] else (HOST, "")
    run(0, say_port, host, chain or None)
