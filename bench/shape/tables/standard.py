"""Whether a name belongs to the standard library: what is not listed there runs on."""

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
    """Whether a name is built in or of the standard library, or of a library of async.

    Of these the calls that block are known; of any other library they are not.
    """
    first = name.partition(".")[0]
    return first in sys.stdlib_module_names or first in BUILTINS or first in ALSO
