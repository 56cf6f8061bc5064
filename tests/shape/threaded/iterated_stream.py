import queue, threading, time


class Stream:
    """Iterates over what a thread puts, until it is closed."""

    _end = object()

    def __init__(self, source):
        self.queue = queue.Queue(3)
        self.thread = threading.Thread(target=self._fill, args=(source,))
        self.thread.start()

    def _fill(self, source):
        for item in source:
            self.queue.put(item)
        self.queue.put(self._end)

    def __iter__(self):
        return self

    def __next__(self):
        item = self.queue.get()
        if item is self._end:
            self.thread.join()
            raise StopIteration
        return item


def slow_numbers(n):
    for i in range(n):
        time.sleep(0.001)
        yield i


def batches(stream, size):
    batch = []
    for item in stream:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def main():
    for batch in batches(Stream(slow_numbers(7)), 3):
        print(batch)
    print(sum(Stream(range(5))), max(Stream([3, 1])), list(Stream("ab")))


main()
