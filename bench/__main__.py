"""python -m bench: compare threads and asyncio, pair by pair."""

import sys

if __name__ == "__main__":
    try:
        from bench.cli import main  # imported late: Ctrl-C may come during the import

        main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
