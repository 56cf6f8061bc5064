"""Whether a scheduler of dask answers at an address, and what to do if none does.

Imports dask only where it is asked for, as `dask_cluster` does.
"""

import asyncio
import re
from typing import Any

from bench.errors import CannotRunError

LOCAL = "local"
CONNECT_SECONDS = 5.0
ADDRESS = re.compile(r"(?:tcp|tls|ws|wss|ucx)://\S+:\d+")
TLS = "tls:", "wss:"  # protocols with certificates, from the configuration of dask
LOADER = "distributed.client.security-loader"  # a function that has certificates


def check_address(on: str) -> str:
    """`local`, or the address of a scheduler.  Raises CannotRunError for all else."""
    if on != LOCAL and not ADDRESS.fullmatch(on):
        raise CannotRunError(
            f"--on {on} is neither {LOCAL} nor the address of a scheduler, such as"
            " tcp://127.0.0.1:8786"
        )
    return on


def check_scheduler(on: str) -> None:
    """Raise CannotRunError where no scheduler answers at an address.

    dask's client would wait without an end for a server of another kind, such as the
    scheduler's own web page, and without certificates it cannot be closed.
    """
    import dask

    if dask.config.get(LOADER, None):
        return  # only the client asks that for certificates
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
    """What dask has at an address: `Scheduler`, `Worker` or `Nanny`."""
    import distributed

    dask_: Any = distributed  # its functions have no types
    found = dask_.Security().get_connection_args("client")
    if on.startswith(TLS) and found["ssl_context"] is None:
        raise ValueError("there are none")
    async with dask_.rpc(on, connection_args=found, timeout=CONNECT_SECONDS) as server:
        return str((await server.identity())["type"])


def no_answer(on: str, why: object) -> str:
    """Why there is no connection to a scheduler, and what to do."""
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
    """The exception that another one was raised from, and that one, to the first.

    A cancellation, by which dask ends what takes too long, is no reason.
    """
    while isinstance(problem.__cause__, Exception):
        problem = problem.__cause__
    return problem


def first_line(problem: object) -> str:
    """The first line of an exception's text, or its class."""
    text = str(problem).strip().splitlines()
    return text[0] if text else type(problem).__name__
