"""python -m bench: compare threads and asyncio, pair by pair."""

from bench.cli import main

if __name__ == "__main__":
    main()
