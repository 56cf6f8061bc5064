"""A class with a worker thread and a stop event."""

import threading


class Ticker:
    def __init__(self, interval):
        self.interval = interval
        self.ticks = 0
        self._stop = threading.Event()
        self._thread = None

    def start(self):
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stop.wait(self.interval):
            self.ticks += 1
            if self.ticks == 3:
                self._stop.set()

    def stop(self):
        self._stop.set()
        self._thread.join(timeout=5)

    def wait(self):
        return self._stop.wait(5)


if __name__ == "__main__":
    ticker = Ticker(0.01)
    ticker.start()
    print("stopped", ticker.wait())
    ticker.stop()
    print("ticks", ticker.ticks)
