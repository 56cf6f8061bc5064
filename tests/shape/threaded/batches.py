"""Collect records and write them in batches: by size, by time, or by flush."""

import threading
import time


class BatchWriter:
    def __init__(self, sink, size=4, max_wait=0.02):
        self._sink = sink
        self._size = size
        self._max_wait = max_wait
        self._buffer = []
        self._cond = threading.Condition()
        self._flush_wanted = False
        self._closed = False
        self._written = 0
        self._accepted = 0
        self._error = None
        self._worker = threading.Thread(target=self._run, name="batch-writer")
        self._worker.start()

    def write(self, record):
        with self._cond:
            self._raise_if_broken()
            if self._closed:
                raise ValueError("the writer is closed")
            self._buffer.append(record)
            self._accepted += 1
            if len(self._buffer) >= self._size:
                self._cond.notify_all()

    def write_all(self, records):
        with self._cond:
            for record in records:
                self.write(record)

    def flush(self):
        with self._cond:
            target = self._accepted
            self._flush_wanted = True
            self._cond.notify_all()
            self._cond.wait_for(lambda: self._written >= target or self._error)
            self._raise_if_broken()

    def close(self):
        with self._cond:
            self._closed = True
            self._cond.notify_all()
        self._worker.join()
        self._raise_if_broken()

    def _raise_if_broken(self):
        if self._error is not None:
            raise self._error

    def _ready(self):
        return len(self._buffer) >= self._size or self._flush_wanted or self._closed

    def _run(self):
        while True:
            with self._cond:
                self._cond.wait_for(self._ready, timeout=self._max_wait)
                batch, self._buffer = self._buffer, []
                self._flush_wanted = False
                if not batch and self._closed:
                    return
            if batch:
                try:
                    self._sink(batch)
                except OSError as error:
                    with self._cond:
                        self._error = error
                        self._cond.notify_all()
                    return
                with self._cond:
                    self._written += len(batch)
                    self._cond.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()


class Disk:
    def __init__(self, room=1000):
        self.records = []
        self.batches = 0
        self.room = room

    def __call__(self, batch):
        time.sleep(0.001)
        if len(self.records) + len(batch) > self.room:
            raise OSError("disk full")
        self.records += batch
        self.batches += 1


def main():
    disk = Disk()
    with BatchWriter(disk) as writer:

        def produce(start):
            for number in range(start, start + 5):
                writer.write(number)

        threads = [threading.Thread(target=produce, args=(n,)) for n in (0, 100, 200)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        writer.write_all([7, 8])
        writer.flush()
        print(len(disk.records), sum(disk.records))
    print(disk.batches <= 17)
    full = BatchWriter(Disk(room=2))
    full.write_all(range(4))
    try:
        full.flush()
    except OSError as error:
        print("failed:", error)
    try:
        full.close()
    except OSError:
        print("still failed")


if __name__ == "__main__":
    main()
