"""Objects that items are put into and that are no dicts, and a lock that waits."""

import contextlib
import threading
import time


class Ledger:
    def __init__(self, **start):
        self.rows = dict(start)
        self.busy = threading.Condition()
        self.writing = False

    def __setitem__(self, key, value):
        self.rows[key] = value

    @contextlib.contextmanager
    def turn(self):
        with self.busy:
            self.busy.wait_for(lambda: not self.writing)
            self.writing = True
        try:
            yield self.rows
        finally:
            with self.busy:
                self.writing = False
                self.busy.notify()

    def book(self, name, amount):
        with self.turn() as rows:
            before = rows.get(name, 0)
            time.sleep(0.001)
            rows[name] = before + amount

    def save(self):
        time.sleep(0.001)
        return sorted(self.rows.items())


def main():
    ledger = Ledger(rent=1)
    ledger["food"] = 2
    print(ledger.save())
    threads = [threading.Thread(target=ledger.book, args=("food", n)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(ledger.save())


if __name__ == "__main__":
    main()
