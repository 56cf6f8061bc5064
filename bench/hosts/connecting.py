"""Checks whether a dask scheduler answers at an address; else says what to do.

The import of dask comes only with the first use, as in `dask_cluster`.
"""

import asyncio
import re
from typing import Any

from bench.errors import CannotRunError

LOCAL = "local"
CONNECT_SECONDS = 5.0
ADDRESS = re.compile(r"(?:tcp|tls|ws|wss|ucx)://\S+:\d+")
TLS = "tls:", "wss:"  # protocols with certificates, which dask's configuration names
# the setting for a function that loads certificates
LOADER = "distributed.client.security-loader"


def check_address(on: str) -> str:
    """Accept `local` or the address of a scheduler; else raise CannotRunError."""
    if on != LOCAL and not ADDRESS.fullmatch(on):
        raise CannotRunError(
            f"--on {on} is neither {LOCAL} nor the address of a scheduler, such as"
            " tcp://127.0.0.1:8786"
        )
    return on


def check_scheduler(on: str) -> None:
    """Raise CannotRunError if no scheduler answers at an address.

    dask's client does not do this itself: if the server is of another kind, for example
    the scheduler's web page, the client waits for ever.  Also, a client that lacks
    certificates cannot be closed.
    """
    import dask

    if dask.config.get(LOADER, None):
        return  # with this setting, only dask's client can load the certificates
    try:
        kind = asyncio.run(asyncio.wait_for(kind_at(on), 2 * CONNECT_SECONDS))
    except TimeoutError:
        raise CannotRunError(
            no_answer(on, "what listens there does not speak dask's protocol")
        ) from None
    except (OSError, ValueError) as problem:
        raise CannotRunError(no_answer(on, root_cause(problem))) from None
    if kind != "Scheduler":
        raise CannotRunError(
            f"there is no scheduler at {on}, but a {kind.lower()}; give the address"
            " of its scheduler"
        )


async def kind_at(on: str) -> str:
    """Return the kind of server at an address: `Scheduler`, `Worker` or `Nanny`."""
    import distributed

    dask_: Any = distributed  # its functions have no types
    found = dask_.Security().get_connection_args("client")
    if on.startswith(TLS) and found["ssl_context"] is None:
        raise ValueError("there are none")
    async with dask_.rpc(on, connection_args=found, timeout=CONNECT_SECONDS) as server:
        return str((await server.identity())["type"])


def no_answer(on: str, why: object) -> str:
    """Say why there is no connection to a scheduler, and what to do."""
    if on.startswith(TLS):
        return (
            f"no scheduler answers at {on} with the certificates of dask's"
            f" configuration ({first_line(why)}); check ca-file, client.cert and"
            " client.key of distributed.comm.tls"
        )
    return (
        f"no scheduler answers at {on} ({first_line(why)}); start one: dask scheduler"
    )


def root_cause(problem: Exception) -> Exception:
    """Follow the causes of an exception, and return the first cause.

    A cancellation does not count as a cause.  The reason is that dask cancels calls
    that take too long, so a cancellation explains nothing.
    """
    while isinstance(problem.__cause__, Exception):
        problem = problem.__cause__
    return problem


def first_line(problem: object) -> str:
    """Return the first line of an exception's text, or the name of its class."""
    text = str(problem).strip().splitlines()
    return text[0] if text else type(problem).__name__
