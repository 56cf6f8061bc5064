"""What a thread is given is made, or waited for, in the call that makes the thread."""

import queue
import threading
import time


def measure(number):
    time.sleep(0.001)
    return number * 10


def fill(box, first, stop, more=0):
    box.put(first)
    box.put(first + more)
    stop.set()
    print(box.get(), box.get(), box.empty())


def main():
    stop = threading.Event()
    given = {"more": 1}
    one = threading.Thread(target=fill, args=(queue.Queue(2), measure(4), stop))
    one.start()
    stop.wait()
    one.join()
    two = threading.Thread(
        target=fill, args=[queue.LifoQueue(3), 1, stop], kwargs=given
    )
    two.start()
    two.join()


if __name__ == "__main__":
    main()
