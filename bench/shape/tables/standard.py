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
    """Whether a name is built in, or belongs to the standard library or to ALSO.

    The tables have all calls of these libraries that block.  Of any other library, they
    have only some calls or none.
    """
    first = name.partition(".")[0]
    return first in sys.stdlib_module_names or first in BUILTINS or first in ALSO
