"""A bounded buffer on one Condition."""

import collections
import threading


class BoundedBuffer:
    def __init__(self, size):
        self._items = collections.deque()
        self._size = size
        self._cond = threading.Condition()

    def put(self, item):
        with self._cond:
            while len(self._items) >= self._size:
                self._cond.wait()
            self._items.append(item)
            self._cond.notify_all()

    def get(self, timeout=None):
        with self._cond:
            if not self._cond.wait_for(lambda: self._items, timeout):
                raise TimeoutError("nothing came")
            item = self._items.popleft()
            self._cond.notify_all()
            return item

    def __len__(self):
        with self._cond:
            return len(self._items)


def main():
    buffer = BoundedBuffer(2)
    got = []

    def produce():
        for i in range(8):
            buffer.put(i)

    def consume():
        for _ in range(8):
            got.append(buffer.get())

    p = threading.Thread(target=produce)
    c = threading.Thread(target=consume)
    p.start()
    c.start()
    p.join()
    c.join()
    print(got, len(buffer))
    try:
        buffer.get(timeout=0.01)
    except TimeoutError as error:
        print("timeout:", error)


if __name__ == "__main__":
    main()
