"""A recursive directory walk with queue.join."""

import os
import sys
import tempfile
import threading
from queue import Queue


class Walker(threading.Thread):
    def __init__(self, todo, found, lock):
        super().__init__(daemon=True)
        self.todo = todo
        self.found = found
        self.lock = lock

    def run(self):
        while True:
            path = self.todo.get()
            try:
                self.visit(path)
            finally:
                self.todo.task_done()

    def visit(self, path):
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                self.todo.put(entry.path)
            else:
                with self.lock:
                    self.found.append(entry.name)


def walk(root, workers=4):
    todo, found, lock = Queue(), [], threading.Lock()
    for _ in range(workers):
        Walker(todo, found, lock).start()
    todo.put(root)
    todo.join()
    return sorted(found)


def main():
    with tempfile.TemporaryDirectory() as root:
        for sub in ("a", "a/b", "c"):
            os.makedirs(os.path.join(root, sub), exist_ok=True)
            for n in range(2):
                with open(
                    os.path.join(root, sub, f"{n}-{sub.replace('/', '')}"), "w"
                ) as f:
                    f.write("x")
        print(walk(root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
