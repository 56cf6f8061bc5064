"""Ctrl-C ends the main thread's loop, which then waits for what was begun."""

import queue
import signal
import threading
import time


def store(box, stored):
    for item in iter(box.get, None):
        time.sleep(0.001)
        stored.append(item)


def feed(box):
    number = 0
    try:
        while number < 100:
            box.put(number)
            number += 1
            if number == 5:
                signal.raise_signal(signal.SIGINT)
            time.sleep(0.001)
    except (KeyboardInterrupt, EOFError):
        print("interrupted")
    return number


def main():
    box, stored = queue.Queue(), []
    thread = threading.Thread(target=store, args=(box, stored))
    thread.start()
    number = feed(box)
    box.put(None)
    thread.join()
    print(number == len(stored))
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        time.sleep(0)
        print("again")


if __name__ == "__main__":
    main()
