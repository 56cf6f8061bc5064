"""Daemons that act from time to time for ever: the program ends without them."""

import asyncio
import threading
import time


class Sweeper:
    def __init__(self):
        self.items = [1]
        self.lock = threading.Lock()
        threading.Thread(target=self.loop, daemon=True).start()

    def sweep(self):
        with self.lock:
            self.items.clear()

    def loop(self):
        while True:
            time.sleep(10)
            self.sweep()

    def put(self):
        with self.lock:
            self.items.append(2)

    workers = (put, put)


class Sleeps_ok(Sweeper):
    def check(self):
        assert len(self.items) <= 3


class Waits_ok(Sleeps_ok):
    def __init__(self):
        self.stop = threading.Event()
        super().__init__()

    def loop(self):
        while not self.stop.wait(10):
            self.sweep()


class OnLoop_ok(Sleeps_ok):
    def loop(self):
        asyncio.run(self.main())

    async def main(self):
        while True:
            await asyncio.sleep(10)
            self.sweep()


class Restarts_ok(Sleeps_ok):
    """A timer that starts itself again."""

    workers = (Sweeper.put,)

    def loop(self):
        self.sweep()
        timer = threading.Timer(10, self.loop)
        timer.daemon = True
        timer.start()


class SweepsInBetween_bad(Sweeper):
    """The sweep can come between the two halves."""

    def put(self):
        with self.lock:
            self.items.append(2)
        with self.lock:
            assert 2 in self.items

    workers = (put,)


class StrikesTwice_bad(Sweeper):
    """Two sweeps in a row, without a sign in between, are taken for a death."""

    strikes = 0

    def sweep(self):
        with self.lock:
            self.strikes += 1

    def put(self):
        with self.lock:
            self.strikes = 0
        with self.lock:
            assert self.strikes < 2

    workers = (put,)


class NeverSet_bad(Sweeper):
    """A daemon that goes on does not help a worker that waits for ever."""

    def put(self):
        threading.Event().wait()

    workers = (put,)


class HelpedByDaemon_ok(Sweeper):
    def __init__(self):
        self.swept = threading.Event()
        super().__init__()

    def sweep(self):
        self.swept.set()

    def put(self):
        self.swept.wait()

    workers = (put,)
