"""python -m bench: compare threads and asyncio, pair by pair."""

import os
import sys
import time

# The approximate start of the command.  Since then, Python itself has been starting.
# That takes about as long as the CPU time that Python has used so far.
BEGUN = time.time() - time.process_time()


def put_library_first() -> None:
    """Move the working directory in `sys.path` behind the standard library.

    `python -m` puts the working directory first.  There, a user's file with the name
    `queue.py` would replace the module `queue` of the standard library.  If this
    package itself is in the working directory, the order is not changed.
    """
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.flags.safe_path or sys.path[0] == here:
        return
    first = sys.path.pop(0)
    library = os.path.dirname(os.__file__)
    ends = [
        number
        for number, folder in enumerate(sys.path)
        if folder in (library, os.path.join(library, "lib-dynload"))
    ]
    sys.path.insert(max(ends, default=-1) + 1, first)


if __name__ == "__main__":
    try:
        put_library_first()
        # imported inside the `try`, because Ctrl-C may come during the import
        from bench.cli import main

        main(BEGUN)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
