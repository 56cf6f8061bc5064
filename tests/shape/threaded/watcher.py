import threading, time


class Watcher:
    """Polls a function, and calls back when its value changes."""

    def __init__(self, read, on_change, interval=0.002):
        self.read, self.on_change, self.interval = read, on_change, interval
        self._stop = threading.Event()
        self._thread = None

    def start(self):
        if self._thread and self._thread.is_alive():
            raise RuntimeError("already started")
        self._stop.clear()
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()

    def stop(self):
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _poll(self):
        last = self.read()
        while not self._stop.is_set():
            value = self.read()
            if value != last:
                self.on_change(last, value)
                last = value
            self._stop.wait(self.interval)


value = 0


def main():
    global value
    changes, changed = [], threading.Event()

    def noticed(old, new):
        changes.append((old, new))
        changed.set()

    w = Watcher(lambda: value, noticed)
    w.start()
    time.sleep(0.01)
    value = 5
    print(changed.wait(5), changes)
    try:
        w.start()
    except RuntimeError as e:
        print(e)
    w.stop()
    w.start()
    w.stop()
    print("ended")


if __name__ == "__main__":
    main()
