"""One run of a fetch tool as a process, and whether its output is what was sent."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.errors import CannotRunError
from bench.origin import content

MIB = 1024 * 1024
LONGEST_SECONDS = 1800.0
ROOT = Path(__file__).parents[2]
# The tools must be able to store their compiled modules, so this variable is left out.
# With it, each start would compile the modules again.  This would be half of the time
# of a start.
ENVIRONMENT = {
    name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
# Runs a tool as `python -m` does, and prints the peak memory of its process in KiB.
MEASURED = """
import pathlib, re, runpy, sys
tool = sys.argv.pop(1)
try:
    runpy.run_module(tool, run_name="__main__", alter_sys=True)
finally:
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
"""


@dataclass(frozen=True)
class Run:
    """The resources of one process."""

    seconds: float
    cpu_seconds: float
    peak_mib: float | None  # None where it is unknown


def run(command: Sequence[str], limit_seconds: float = LONGEST_SECONDS) -> Run:
    """Run a process to its end; raises CannotRunError if its status is not 0 or 1."""
    before, started = os.times(), time.perf_counter()
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=ENVIRONMENT,
        timeout=limit_seconds,
    )
    seconds, after = time.perf_counter() - started, os.times()
    if ended.returncode not in (0, 1):
        said = (ended.stderr or ended.stdout)[-500:]
        raise CannotRunError(f"{command[0]} ended with {ended.returncode}: {said}")
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    peak = re.fullmatch(r"(\d+)\s*", ended.stdout)
    return Run(seconds, cpu, int(peak[1]) / 1024 if peak else None)


def tool_command(
    tool: str, listing: Path, output: Path, workers: int, *more: str
) -> list[str]:
    """The command of a fetch tool that prints its peak memory."""
    return [
        *(sys.executable, "-c", MEASURED, tool, str(listing), "-o", str(output)),
        *("-q", "--workers", str(workers), *more),
    ]


def entries(output: Path) -> Iterator[dict[str, Any]]:
    """The lines of an index, read one by one."""
    with output.with_name(output.name + ".index.jsonl").open("rb") as index:
        for line in index:
            if line.endswith(b"\n"):
                yield json.loads(line)


def wrong_in(output: Path, urls: Iterable[str]) -> str | None:
    """Check that each body is the one that the origin sent, and the index complete."""
    asked = dict(enumerate(urls, 1))
    stored = 0
    with output.open("rb") as file:
        for entry in entries(output):
            if asked.pop(entry["number"], None) != entry["url"]:
                return f"line {entry['number']} is doubled, or of another URL"
            if entry["error"]:
                return f"{entry['url']}: {entry['error']}"
            stored += entry["length"]
            if not is_body(file, entry):
                return f"{entry['url']}: not the bytes that were sent"
    if asked:
        return f"{len(asked)} URLs have no line"
    if stored != output.stat().st_size:
        return "the file has bytes that belong to no line"
    return None


def is_body(file: Any, entry: dict[str, Any]) -> bool:
    """Whether the bytes that a line names are the ones that the origin sent."""
    file.seek(entry["offset"])
    length = entry["length"]
    return digest(file, length) == expected(seed_of(entry["url"]), length)


def seed_of(url: str) -> int:
    return int(parse_qs(urlsplit(url).query).get("seed", ["0"])[0])


@lru_cache(maxsize=32_768)  # each round has the same bodies
def expected(seed: int, length: int) -> str:
    """The checksum of the body that the origin sends."""
    return content.sha256(seed, length)


def digest(file: Any, length: int) -> str:
    """The checksum of the next bytes of a file."""
    found, left = hashlib.sha256(), length
    while chunk := file.read(min(MIB, left)):
        found.update(chunk)
        left -= len(chunk)
    return found.hexdigest()
