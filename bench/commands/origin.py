"""python -m bench origin: serve bodies on this machine, to try a fetch."""

import errno

import rich_click as click

from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.origin import HOST, process


@click.command(
    epilog=examples(
        ("origin", "serve on port 8000, until Ctrl-C"),
        ("origin --port 0", "on a free port, which is printed"),
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
def command(port: int) -> None:
    """Serve bodies of any size on 127.0.0.1, slow or broken on request.

    For trying a fetch.  The page / of the origin lists what a URL can ask for.
    """

    def announce(chosen: int) -> None:
        base = f"http://{HOST}:{chosen}"
        click.echo(f"serving at {base}, until Ctrl-C; for example {base}/bytes/1024")

    try:
        process.run(port, announce)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise CannotRunError(
            f"cannot serve on port {port}: {error.strerror}; "
            "choose another with --port, or --port 0 for any that is free"
        ) from error
