import queue, threading, time, logging

logger = logging.getLogger(__name__)


class Subscriber:
    def __init__(self, name, size=2):
        self.name, self.inbox, self.got = name, queue.Queue(maxsize=size), []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def _run(self):
        while (event := self.inbox.get()) is not None:
            self.got.append(event)
            time.sleep(0.001)

    def stop(self):
        self.inbox.put(None)
        self._thread.join(timeout=5)


class Bus:
    def __init__(self):
        self._subscribers = {}
        self._lock = threading.RLock()
        self.dropped = 0

    def subscribe(self, name, **kw):
        with self._lock:
            if name in self._subscribers:
                raise KeyError(name)
            sub = self._subscribers[name] = Subscriber(name, **kw)
            sub.start()
            return sub

    def publish(self, event, patience=1.0):
        with self._lock:
            for sub in list(self._subscribers.values()):
                try:
                    sub.inbox.put(event, timeout=patience)
                except queue.Full:
                    self.dropped += 1
                    self.unsubscribe(sub.name, wait=False)

    def unsubscribe(self, name, wait=True):
        with self._lock:
            sub = self._subscribers.pop(name)
        if wait:
            sub.stop()

    def __enter__(self):
        return self

    def __exit__(self, *a):
        for name in list(self._subscribers):
            self.unsubscribe(name)


def main():
    with Bus() as bus:
        a, b = bus.subscribe("a"), bus.subscribe("b", size=10)
        for n in range(5):
            bus.publish(n)
        try:
            bus.subscribe("a")
        except KeyError as e:
            print("again", e)
    print(a.got, b.got, bus.dropped)


if __name__ == "__main__":
    main()
