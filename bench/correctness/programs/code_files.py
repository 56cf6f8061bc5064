"""The rewritten files of programs; the last ones that were used stay in memory."""

import ast
import functools
from pathlib import Path

from bench.correctness.instrument.compiler import rewrite
from bench.correctness.instrument.local_classes import lift
from bench.correctness.instrument.relocation import RewrittenCode
from bench.correctness.instrument.stored_files import rewritten

FILES_KEPT = 32  # rewritten files that stay in memory


@functools.lru_cache(maxsize=FILES_KEPT)
def compiled(path: Path, _modified_ns: int, lifted: str = "") -> RewrittenCode:
    """Return the code of a file with its hooks, from a cache of FILES_KEPT files.

    The time of the last change is a part of the key, so a changed file is read again.
    `lifted` is empty, or the qualified name of a class that a function defines.  This
    class is moved out of the function.
    """
    if not lifted:
        return rewritten(path.read_bytes(), str(path))
    tree = ast.parse(path.read_bytes(), str(path))
    lift(tree, lifted)
    return rewrite(tree, str(path)).link()
