"""python -m bench: compare threads and asyncio, pair by pair."""

import sys

if __name__ == "__main__":
    try:
        from bench.cli import main  # here, for Ctrl-C may come while this is read

        main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
