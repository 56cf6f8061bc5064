"""What processes print, read by a thread for each, counted under a condition."""

import collections
import subprocess
import sys
import threading


class Runner:
    """Runs commands, each with a thread that reads what it prints."""

    def __init__(self, keep=3):
        self.last = collections.deque(maxlen=keep)
        self.lines = 0
        self.done = threading.Condition()

    def _read(self, pipe, name):
        with pipe:
            for line in pipe:
                with self.done:
                    self.lines += 1
                    self.last.append((name, line.rstrip()))
                    self.done.notify_all()

    def run(self, name, code):
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
        )
        reader = threading.Thread(target=self._read, args=(process.stdout, name))
        reader.start()
        code = process.wait(timeout=20)
        reader.join()
        return code

    def wait_lines(self, count):
        with self.done:
            return self.done.wait_for(lambda: self.lines >= count, timeout=10)


def main():
    runner = Runner()
    codes = []

    def keep(name):
        codes.append(runner.run(name, f"print({name}); print({name})"))

    threads = [threading.Thread(target=keep, args=(name,)) for name in range(2)]
    for thread in threads:
        thread.start()
    print(runner.wait_lines(4))
    for thread in threads:
        thread.join()
    print(codes, runner.lines, len(runner.last))
    print(runner.run("x", "import sys; sys.exit(3)"))


if __name__ == "__main__":
    main()
