"""A run on a host that ends when the worker that started it has ended.

`python -m bench.hosts.tied_run run ...` does what `python -m bench run ...` does.  Its
standard input is a pipe that the worker holds open.
"""

import os
import runpy
import threading


def end_with_pipe() -> None:
    """End this process once the other end of standard input is closed."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> None:
    threading.Thread(target=end_with_pipe, daemon=True).start()
    runpy.run_module("bench", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
