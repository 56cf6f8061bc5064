"""Compares what shape says must become async with libraries' own asyncio forms.

    python -m bench.studies.colour_twins [LIBRARY ...]
    python -m bench.studies.colour_twins SYNC.py ASYNC.py

It reads libraries that have a synchronous and an asynchronous form, if they are
installed.  Only functions that both forms have count.  Such a function must become
async if its twin is `async def`, or a `def` that is annotated to return an awaitable.
Recall: which share of the functions that must become async does shape report?
Precision: which share of the functions that shape reports must become async?

First the study reads each file alone, with what the file imports of its own package.
Then it reads whole packages, with the calls that a user would name by --blocking. -v
lists the functions that are missed, and those that are reported wrongly. -p leaves the
packages out.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import rich_click as click
from rich.console import Console

from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import forced
from bench.shape.reading.functions import functions
from bench.shape.reading.packages import modules
from bench.shape.reading.source import Source, from_path
from bench.shape.resolution.program import Program, program_of

CONSOLE = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Library:
    """The two forms of a library, and which of its calls wait."""

    name: str
    pairs: tuple[tuple[str, str], ...]  # files or directories below the package
    blocking: tuple[str, ...] = ()
    package: str = ""  # the package that is read as a whole; empty: the library itself


LIBRARIES = (
    Library("httpcore", (("_sync", "_async"),)),
    Library(
        "psycopg",
        (
            ("connection.py", "connection_async.py"),
            ("cursor.py", "cursor_async.py"),
            ("_copy.py", "_copy_async.py"),
            ("_pipeline.py", "_pipeline_async.py"),
            ("_server_cursor.py", "_server_cursor_async.py"),
        ),
        ("psycopg.waiting.wait_c", "psycopg.waiting.wait", "psycopg.waiting.wait_conn"),
    ),
    Library(
        "psycopg_pool",
        (
            ("pool.py", "pool_async.py"),
            ("null_pool.py", "null_pool_async.py"),
            ("sched.py", "sched_async.py"),
        ),
        (
            "psycopg.Connection.connect",
            "psycopg.Connection.close",
            "psycopg.Connection.execute",
        ),
    ),
    Library(
        "redis",
        (
            ("client.py", "asyncio/client.py"),
            ("connection.py", "asyncio/connection.py"),
            ("lock.py", "asyncio/lock.py"),
            ("retry.py", "asyncio/retry.py"),
            ("sentinel.py", "asyncio/sentinel.py"),
            ("cluster.py", "asyncio/cluster.py"),
        ),
    ),
    Library("pymongo", (("synchronous", "asynchronous"),)),
    Library(
        "websockets",
        (
            ("sync/client.py", "asyncio/client.py"),
            ("sync/connection.py", "asyncio/connection.py"),
            ("sync/messages.py", "asyncio/messages.py"),
            ("sync/router.py", "asyncio/router.py"),
            ("sync/server.py", "asyncio/server.py"),
        ),
    ),
    Library(
        "gql",
        (("client.py", "client.py"), ("transport/requests.py", "transport/httpx.py")),
    ),
    Library("neo4j", (("_sync", "_async"),)),
    Library(
        "httpx",
        (("_client.py", "_client.py"),),
        ("httpx._transports.base.BaseTransport.handle_request",),
    ),
    Library(
        "elasticsearch",
        (("_sync", "_async"), ("helpers/actions.py", "_async/helpers.py")),
        ("elastic_transport.Transport.perform_request",),
    ),
)

AWAITED = ("Awaitable", "Coroutine", "AsyncIterator", "AsyncGenerator")


@dataclass
class Score:
    """Counts of functions: reported and right, reported and wrong, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    examples: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Score") -> "Score":
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.examples += other.examples
        return self

    def __str__(self) -> str:
        recall = self.right / max(self.right + self.missed, 1)
        precision = self.right / max(self.right + self.wrong, 1)
        return (
            f"recall {recall:.2f} ({self.right} of {self.right + self.missed}),"
            f" precision {precision:.2f} ({self.wrong} named in vain)"
        )


def plain(name: str) -> str:
    """A qualified name without the words of the model: AsyncPool.aclose, Pool.close."""
    return ".".join(_plain(part) for part in name.split("."))


def _plain(part: str) -> str:
    for prefix in ("Async", "_Async", "Aio", "Sync", "_Sync"):
        if part.startswith(prefix):
            return ("_" if prefix.startswith("_") else "") + part[len(prefix) :]
    part = part.removeprefix("async_").removeprefix("aio_")
    twin = {"__aenter__": "__enter__", "__aexit__": "__exit__", "aclose": "close"}
    twin |= {"__aiter__": "__iter__", "__anext__": "__next__", "_aclose": "_close"}
    twin |= {"aiter_bytes": "iter_bytes", "aread": "read"}
    return twin.get(part, part)


def truth(sync: Source, asynchronous: Source) -> dict[str, bool]:
    """The functions of both forms, and whether the second form is `async def`."""
    there: dict[str, bool] = {}
    for name, node in functions(asynchronous.tree):
        same_file = sync.path == asynchronous.path
        if same_file and "Async" not in name:
            continue
        made = isinstance(node, ast.AsyncFunctionDef) or returns_awaitable(node)
        there[plain(name)] = there.get(plain(name), False) or made
    found = {}
    for name, node in functions(sync.tree):
        if isinstance(node, ast.FunctionDef) and plain(name) in there:
            if sync.path == asynchronous.path and "Async" in name:
                continue
            found[name] = there[plain(name)]
    return found


def returns_awaitable(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a plain `def` has an annotation by which the caller must await."""
    said = ast.unparse(node.returns) if node.returns else ""
    return any(
        word in said
        for word in ("Awaitable", "Coroutine", "AsyncIterator", "AsyncGenerator")
    )


def score(name: str, named: set[str], wanted: dict[str, bool]) -> Score:
    right = {f for f in named if wanted.get(f)}
    wrong = {f for f in named if wanted.get(f) is False}
    missed = {f for f, is_async in wanted.items() if is_async} - named
    return Score(
        len(right),
        len(wrong),
        len(missed),
        [f"{name}: + {f}" for f in sorted(wrong)]
        + [f"{name}: - {f}" for f in sorted(missed)],
    )


def named_in(graph: CallGraph, module: str) -> set[str]:
    return {
        scope.name
        for scope, why in forced(graph)
        if scope.module == module and why.reason == "waits" and scope.is_function
    }


def files(library: Library, root: Path) -> Iterator[tuple[Path, Path]]:
    """Each file of the synchronous form with its twin."""
    for here, there in library.pairs:
        if (root / here).is_dir():
            for path in sorted((root / here).rglob("*.py")):
                twin = root / there / path.relative_to(root / here)
                if twin.is_file() and path.name != "__init__.py":
                    yield path, twin
        elif (root / here).is_file() and (root / there).is_file():
            yield root / here, root / there


def alone(sync: Path, asynchronous: Path) -> Score:
    """One file, with what it imports of its own package."""
    source = from_path(sync)
    graph = CallGraph(program_of(source))
    (module,) = graph.program.given
    wanted = truth(source, from_path(asynchronous))
    found = score(sync.name, named_in(graph, module), wanted)
    chains = {s.name: w for s, w in forced(graph) if s.module == module}
    for number, line in enumerate(found.examples):
        name = line.partition(": + ")[2]
        if name:
            why = chains[name]
            found.examples[number] += f"   {why.chain} {why.block.call}"
    return found


def together(library: Library, root: Path) -> Score:
    """The whole package, with the calls that its reader knows to wait."""
    sources, _ = modules(root)
    graph = CallGraph(Program(sources), library.blocking)
    by_path = {s.path.resolve(): m for m, s in sources.items() if s.path}
    found = Score()
    for sync, asynchronous in files(library, root):
        module = by_path[sync.resolve()]
        wanted = truth(from_path(sync), from_path(asynchronous))
        found += score(f"{module}", named_in(graph, module), wanted)
    return found


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.argument("names", nargs=-1, metavar="[LIBRARY ... | SYNC.py ASYNC.py]")
@click.option("-v", "show", is_flag=True, help="List what was missed or named in vain.")
@click.option("-p", "files_only", is_flag=True, help="Leave the packages out.")
def main(names: tuple[str, ...], show: bool, files_only: bool) -> None:
    if len(names) == 2 and names[0].endswith(".py"):
        CONSOLE.print(str(alone(Path(names[0]), Path(names[1]))))
        return
    known = [library.name for library in LIBRARIES]
    if strange := set(names) - {*known}:
        said = f"{', '.join(sorted(strange))}: not one of {', '.join(known)}"
        raise click.UsageError(said)
    roots = {one: root for one in chosen(names) if (root := installed(one))}
    if not roots:
        wanted = " ".join(one.name for one in chosen(names))
        raise click.UsageError(f"none is installed: python -m pip install {wanted}")
    singles, packages = Score(), Score()
    for library in chosen(names):
        if library not in roots:
            CONSOLE.print(f"{library.name}: not installed")
            continue
        root, here = roots[library], Score()
        for sync, asynchronous in files(library, root):
            here += alone(sync, asynchronous)
        CONSOLE.print(f"{library.name}: files alone: {here}")
        whole = Score() if files_only else together(library, root)
        if not files_only:
            CONSOLE.print(f"{library.name}: package:     {whole}")
        if show:
            CONSOLE.print("\n".join([*here.examples, "-- package", *whole.examples]))
        singles += here
        packages += whole
    CONSOLE.print(f"all: files alone: {singles}")
    if not files_only:
        CONSOLE.print(f"all: package:     {packages}")


def chosen(names: tuple[str, ...]) -> list[Library]:
    """The libraries with these names; without names, all of them."""
    return [one for one in LIBRARIES if not names or one.name in names]


def installed(library: Library) -> Path | None:
    """The directory in which a library is installed, or None."""
    spec = find_spec(library.name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.colour_twins")
