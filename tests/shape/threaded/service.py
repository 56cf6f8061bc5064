"""Named threads that are guarded, watched and logged."""

import logging
import logging.handlers
import queue
import signal
import threading
import time


class ListHandler(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


class Service:
    def __init__(self, interval):
        self.interval = interval
        self.stop_event = threading.Event()
        self.started = threading.Event()
        self.jobs = queue.Queue()
        self.log = logging.getLogger("service")
        self.failures = 0
        self.handled = []
        self.threads = {}

    def spawn(self, name, target):
        thread = threading.Thread(target=self.guard, args=(name, target), name=name)
        self.threads[name] = thread
        thread.start()

    def guard(self, name, target):
        try:
            target()
        except Exception:
            self.failures += 1
            self.log.error("%s failed", name)
        finally:
            self.log.info("%s ends", name)

    def heart(self):
        self.started.set()
        while not self.stop_event.wait(self.interval):
            if self.jobs.empty() and len(self.handled) >= 3:
                raise RuntimeError("nothing to do")

    def consume(self):
        for job in iter(self.jobs.get, None):
            time.sleep(0.001)
            self.handled.append(job)

    def __enter__(self):
        self.spawn("heart", self.heart)
        self.spawn("consumer", self.consume)
        self.started.wait()
        return self

    def __exit__(self, *exc):
        self.jobs.put(None)
        self.threads["consumer"].join()
        self.threads["heart"].join(timeout=5)
        self.stop_event.set()
        alive = [n for n, t in self.threads.items() if t.is_alive()]
        self.log.info("alive: %s", alive)


def main():
    handler = ListHandler()
    logger = logging.getLogger("service")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    old = signal.signal(signal.SIGTERM, lambda *_: None)
    with Service(0.002) as service:
        for job in "abc":
            service.jobs.put(job)
    signal.signal(signal.SIGTERM, old)
    print(service.handled, service.failures)
    print(sorted(handler.lines))


if __name__ == "__main__":
    main()
