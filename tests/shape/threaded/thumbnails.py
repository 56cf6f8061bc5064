"""Make thumbnails in a pool of processes, fed by a thread that scans folders."""

import multiprocessing
import os
import queue
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

DONE = object()


def shrink(path, size):
    """Keep every n-th byte of a pretend picture: CPU work."""
    data = Path(path).read_bytes()
    step = max(1, len(data) // size)
    small = data[::step][:size]
    total = 0
    for _ in range(50):
        for byte in small:
            total = (total * 31 + byte) % 65521
    return os.path.basename(path), len(small), total


class Scanner(threading.Thread):
    def __init__(self, root, found):
        super().__init__(name="scanner", daemon=True)
        self.root = root
        self.found = found
        self.seen = 0

    def run(self):
        try:
            for folder, _, names in sorted(os.walk(self.root)):
                for name in sorted(names):
                    if name.endswith(".pic"):
                        self.seen += 1
                        self.found.put(os.path.join(folder, name))
        finally:
            self.found.put(DONE)


class Thumbnailer:
    def __init__(self, size=16, processes=2):
        self.size = size
        self.processes = processes
        self.made = []
        self.on_done = threading.Event()

    def run(self, root):
        found = queue.Queue(maxsize=4)
        scanner = Scanner(root, found)
        scanner.start()
        pending = []
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.processes, mp_context=fresh) as pool:
            while True:
                path = found.get()
                if path is DONE:
                    break
                pending.append(pool.submit(shrink, path, self.size))
            for future in pending:
                self.made.append(future.result())
        scanner.join()
        self.on_done.set()
        return scanner.seen


def fill(root, count):
    for number in range(count):
        folder = Path(root, f"album{number % 3}")
        folder.mkdir(exist_ok=True)
        folder.joinpath(f"{number:02}.pic").write_bytes(
            bytes((number * k) % 256 for k in range(200 + number))
        )
        folder.joinpath("notes.txt").write_text("no picture")


def main():
    with tempfile.TemporaryDirectory() as root:
        fill(root, 9)
        thumbnailer = Thumbnailer()
        seen = thumbnailer.run(root)
    for name, size, check in sorted(thumbnailer.made):
        print(name, size, check)
    print(seen, thumbnailer.on_done.is_set())


if __name__ == "__main__":
    main()
