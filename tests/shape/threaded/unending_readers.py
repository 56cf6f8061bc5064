"""Daemon threads whose functions wait outside asyncio and never end."""

import os
import threading


class Taps:
    def __init__(self, count):
        self.ends = [os.pipe() for _ in range(count)]
        self.last = os.pipe()

    def read(self, number):
        os.read(self.ends[number][0], 1)

    def answer(self, done):
        os.read(self.last[0], 1)
        done.append("read")


def main():
    taps = Taps(40)  # more than the pool of to_thread has threads
    for number in range(40):
        threading.Thread(target=taps.read, args=(number,), daemon=True).start()
    done = []
    os.write(taps.last[1], b"x")
    answering = threading.Thread(target=taps.answer, args=(done,))
    answering.start()
    answering.join()
    print(done)


if __name__ == "__main__":
    main()
