"""Exceptions of queues and pools that no `except` names."""

import concurrent.futures
import contextlib
import queue
import threading
import time
from concurrent.futures import CancelledError


class NothingLeft(queue.Empty):
    pass


def drain(box, taken):
    with contextlib.suppress(queue.Empty, CancelledError):
        while True:
            taken.append(box.get(timeout=0.01))


def kind(error):
    if isinstance(error, concurrent.futures.CancelledError):
        return "cancelled"
    return "empty" if isinstance(error, queue.Empty) else type(error).__name__


def ask(box):
    try:
        return box.get_nowait()
    except Exception as error:
        return kind(error)


def main():
    box, taken = queue.Queue(), []
    box.put(1)
    box.put(2)
    drainer = threading.Thread(target=drain, args=(box, taken))
    drainer.start()
    drainer.join()
    print(taken, ask(box), kind(NothingLeft()), kind(CancelledError()))
    time.sleep(0)


if __name__ == "__main__":
    main()
