"""What to do with the plan of a port: the commands, in their order."""

import shlex
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bench.records.ports import Plan


def next_steps(one: Plan, file: str) -> RenderableType:
    """Write the draft, finish it, run it, explore it; nothing where nothing waits."""
    if not one.coloured:
        return Group()
    path = Path(file)
    ported = path.with_name(f"a{path.name}")
    here, there = shlex.quote(str(path)), shlex.quote(str(ported))
    steps = [
        (
            f"python -m bench port {here} --draft > {there}",
            "the file with each edit that needs no decision; what does need one"
            " stands above its line: # port: ...",
        ),
        (
            f"python -m bench port {here} {there}",
            "what is left to do, and the usual mistakes",
        ),
        _run(one, ported),
        (
            f"python -m bench explore {here} {there} --timers idle",
            "every schedule of both, where they have a scenario (docs/explorer.md);"
            " idle: a time limit ends only when nothing else can go on",
        ),
    ]
    needs = " ".join(one.needs)
    if needs:
        steps.insert(2, (f"python -m pip install {needs}", "the draft uses it"))
    return Group(Text(), Text("Next", "bold"), *(_step(*step) for step in steps))


def _run(one: Plan, ported: Path) -> tuple[str, str]:
    """The command that runs the port: one `asyncio.run` for the whole program."""
    if not one.entry:
        return f"python {shlex.quote(str(ported))}", "runs it"
    module = ported.stem
    code = f"import asyncio, {module}; asyncio.run({module}.{one.entry})"
    given = one.entry.partition("(")[2].removesuffix(")")
    said = "runs it, in the directory of the file: one asyncio.run for the whole"
    return f'python -c "{code}"', said + (f"; give your own {given}" if given else "")


def _step(command: str, said: str) -> RenderableType:
    lines = Text(command), Padding(Text(said, "dim"), (0, 0, 0, 4))
    return Padding(Group(*lines), (0, 0, 0, 2))
