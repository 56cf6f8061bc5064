"""Whether a name belongs to the standard library, whose calls that block are known."""

import builtins
import sys

BUILTINS = frozenset(dir(builtins))
ALSO = frozenset(
    {
        "NoneType",
        "ellipsis",
        "typing_extensions",
        "anyio",
        "trio",
        "uvloop",
        "attr",
        "attrs",
    }
)


def is_standard(name: str) -> bool:
    """Whether a name is built in, or belongs to the standard or an async library.

    The tables know which calls of these libraries block.  They do not know it of any
    other library.
    """
    first = name.partition(".")[0]
    return first in sys.stdlib_module_names or first in BUILTINS or first in ALSO
