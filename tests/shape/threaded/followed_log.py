"""Follow a growing log file, as `tail -f`, and count what it says."""

import collections
import os
import tempfile
import threading
import time


class Tailer:
    """Calls `on_line` for each line that is added to a file."""

    def __init__(self, path, on_line, poll=0.002):
        self.path = path
        self.on_line = on_line
        self.poll = poll
        self._stop = threading.Event()
        self._thread = None
        self.position = 0

    def __enter__(self):
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, timeout=2.0):
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _follow(self):
        rest = ""
        while not self._stop.is_set():
            rest = self._read_more(rest)
            self._stop.wait(self.poll)
        self._read_more(rest)

    def _read_more(self, rest):
        try:
            size = os.path.getsize(self.path)
        except FileNotFoundError:
            return rest
        if size < self.position:
            self.position = 0  # the file was cut
        if size == self.position:
            return rest
        with open(self.path, encoding="utf-8") as file:
            file.seek(self.position)
            text = rest + file.read()
            self.position = file.tell()
        *lines, rest = text.split("\n")
        for line in lines:
            self.on_line(line)
        return rest


class Counter:
    def __init__(self):
        self.levels = collections.Counter()
        self.changed = threading.Condition()

    def see(self, line):
        level = line.split(":")[0]
        with self.changed:
            self.levels[level] += 1
            self.changed.notify_all()

    def wait_until(self, count, timeout=5):
        with self.changed:
            return self.changed.wait_for(
                lambda: sum(self.levels.values()) >= count, timeout
            )


def write_log(path, lines):
    for number, line in enumerate(lines):
        with open(path, "a", encoding="utf-8") as file:
            file.write(line[:4])
            file.flush()
            if number % 3 == 0:
                time.sleep(0.001)
            file.write(line[4:] + "\n")


def main():
    lines = [f"{('INFO', 'WARN', 'ERROR')[n % 3]}: message {n}" for n in range(12)]
    counter = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.log")
        with Tailer(path, counter.see) as tailer:
            writer = threading.Thread(target=write_log, args=(path, lines))
            writer.start()
            print("all seen:", counter.wait_until(len(lines)))
            writer.join()
        print("position:", tailer.position)
    print(sorted(counter.levels.items()))


if __name__ == "__main__":
    main()
