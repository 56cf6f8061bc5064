"""A context manager that starts and stops its thread."""

import queue
import threading


class Logger:
    def __init__(self):
        self.lines = []
        self.q = queue.Queue()
        self.thread = threading.Thread(target=self._drain)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, value, tb):
        self.q.put(None)
        self.thread.join()
        return False

    def log(self, text):
        self.q.put(text)

    def _drain(self):
        for line in iter(self.q.get, None):
            self.lines.append(line.upper())


def main():
    with Logger() as logger:
        for word in ["a", "b", "c"]:
            logger.log(word)
    print(logger.lines, logger.thread.is_alive())


if __name__ == "__main__":
    main()
