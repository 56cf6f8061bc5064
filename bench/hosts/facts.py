"""The facts of a host, and whether the host has the pairs to measure.

`python -m bench.hosts.facts` imports the pairs, which may be the user's code.  So it
runs in a process of its own on the host.
"""

import importlib
import os
import subprocess
import sys
from dataclasses import dataclass

from bench.hosts import frames
from bench.hosts.processes import own_command
from bench.pairs import function_pairs
from bench.records.models import MODELS
from bench.records.user_pairs import UserPair
from bench.throughput import measurable
from bench.throughput.machine import machine
from bench.throughput.sources import of_run

FACTS_SECONDS = 25.0


@dataclass(frozen=True)
class Asked:
    """What is to be measured: the pairs, including the user's, and the folder."""

    folder: str
    pairs: tuple[str, ...]
    own: tuple[UserPair, ...]


@dataclass(frozen=True)
class Facts:
    """A host: its machine, and the hashes of its sources.

    lacking: why one of the pairs cannot be measured on the host; None if all can.
    """

    hostname_sha256: str
    sources: dict[str, str]
    lacking: str | None = None


def facts(asked: Asked) -> Facts:
    """Return the facts of this host, from a new process.  This is a task of dask."""
    command, environment = own_command("bench.hosts.facts")
    ran = subprocess.run(
        command,
        env=environment,
        input=frames.packed(asked),
        capture_output=True,
        timeout=FACTS_SECONDS,
        check=False,
    )
    if ran.returncode:
        last = ran.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return Facts("", {}, "".join(last) or f"status {ran.returncode}")
    found: Facts = frames.unpacked(ran.stdout)
    return found


def found(asked: Asked) -> Facts:
    """Return the facts of this host, computed in this process."""
    function_pairs.register(asked.own)
    lacking = None
    if os.path.isdir(asked.folder):
        os.chdir(asked.folder)
    elif asked.own:
        lacking = f"there is no folder {asked.folder}"
    return Facts(
        hostname_sha256=machine([]).hostname_sha256,
        sources=of_run(asked.pairs),
        lacking=lacking or why_not(asked),
    )


def why_not(asked: Asked) -> str | None:
    """Say why one of the pairs cannot be imported here; None if all can."""
    for one in asked.own:
        sys.path[:0] = [folder for folder in one.folders if folder not in sys.path]
    for name in asked.pairs:
        for model in MODELS:
            own_module, *later = measurable.find(name).modules(model)
            for module in (own_module, *later):
                try:
                    importlib.import_module(module)
                except Exception as problem:
                    what = f"{module} of {name}" if later else module
                    return f"{what} cannot be imported ({problem})"
    return None


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # output of modules is dropped
    frames.write(answers, found(frames.read(sys.stdin.buffer)))


if __name__ == "__main__":
    # In this process, the class `Facts` of this file is `__main__.Facts`.  A process
    # that unpickles the answer has no such class.  So the imported module answers.
    importlib.import_module("bench.hosts.facts").main()
