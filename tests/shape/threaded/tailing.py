"""A reader that follows what a writer adds, line by line, until the end."""

import threading
import time


class Journal:
    def __init__(self):
        self._lines, self._closed = [], False
        self._changed = threading.Condition(threading.Lock())

    def write(self, line):
        with self._changed:
            self._lines.append(line)
            self._changed.notify_all()

    def close(self):
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def follow(self):
        at = 0
        while True:
            with self._changed:
                while at == len(self._lines) and not self._closed:
                    self._changed.wait()
                if at == len(self._lines):
                    return
                line = self._lines[at]
            at += 1
            yield line


def writer(journal, count):
    for n in range(count):
        journal.write(f"line {n}")
        time.sleep(0.001)
    journal.close()


def main():
    journal = Journal()
    thread = threading.Thread(target=writer, args=(journal, 5))
    thread.start()
    for number, line in enumerate(journal.follow(), 1):
        print(number, line)
    thread.join()
    print(list(journal.follow())[-1], sum(1 for _ in journal.follow()))
    print("first:", next(journal.follow()))


if __name__ == "__main__":
    main()
