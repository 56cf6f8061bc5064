"""The command and the environment of a process of this project on a host."""

import os
import sys

from bench.hosts.sources import TOP


def own_command(module: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs a module of this project, and its environment."""
    known = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(TOP), *([known] if known else [])])
    return [sys.executable, "-P", "-m", module], {**os.environ, "PYTHONPATH": path}
