"""python -m bench origin: serves bodies on this machine, to try a fetch."""

import errno
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import rich_click as click

from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.origin import HOST, certificates, process
from bench.origin.certificates import KINDS, Kind


@click.command(
    epilog=examples(
        ("origin", "serve on port 8000, until Ctrl-C"),
        ("origin --port 0", "on a free port, which is printed"),
        ("origin --tls expired", "in TLS, with a certificate that has expired"),
    )
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    metavar="PORT",
    help="Port of 127.0.0.1 to serve on; 0 takes a free one.",
)
@click.option(
    "--host",
    default=HOST,
    show_default=True,
    metavar="ADDRESS",
    help="Address of this machine to serve on; ::1 for IPv6.",
)
@click.option(
    "--tls",
    type=click.Choice(KINDS),
    help="Serve in TLS, with a certificate that is good or bad in one way.",
)
def command(port: int, host: str, tls: Kind | None) -> None:
    """Serve bodies of any size on 127.0.0.1, slow or broken on request.

    This is for trying a fetch.  The page / lists all that a URL can request.
    """

    place = f"[{host}]" if ":" in host else host

    def announce(chosen: int) -> None:
        base = f"{'https' if tls else 'http'}://{place}:{chosen}"
        click.echo(f"serving at {base}, until Ctrl-C; for example {base}/bytes/1024")

    try:
        if tls is None:
            process.run(port, announce, host)
            return
        with TemporaryDirectory(prefix="origin-") as directory:
            made = certificates.make(tls, host, Path(directory))
            click.echo(f"trust it with --ca {made.authority}")
            process.run(port, announce, host, str(made.chain))
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    except OSError as error:
        known = (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL)
        if error.errno not in known and not isinstance(error, socket.gaierror):
            raise
        raise CannotRunError(
            f"cannot serve on {place} port {port}: {error.strerror}; "
            "choose another with --host or --port, or --port 0 for any that is free"
        ) from error
