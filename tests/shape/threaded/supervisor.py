"""A supervisor that starts a worker again when it fails, a few times."""

import queue
import threading
import time
import traceback


class Worker(threading.Thread):
    def __init__(self, name, inbox, outbox):
        super().__init__(name=name)
        self.inbox, self.outbox = inbox, outbox
        self.error = None

    def run(self):
        try:
            while True:
                item = self.inbox.get(timeout=0.05)
                self.outbox.put((self.name, self.handle(item)))
                self.inbox.task_done()
        except queue.Empty:
            pass
        except Exception as error:
            self.error = error
            self.inbox.task_done()

    def handle(self, item):
        time.sleep(0.001)
        if item % 4 == 0:
            raise RuntimeError(f"cannot handle {item}")
        return item + 100


class Supervisor:
    def __init__(self, items, most_restarts=5):
        self.inbox, self.outbox = queue.Queue(), queue.Queue()
        for item in items:
            self.inbox.put(item)
        self.restarts = 0
        self.most_restarts = most_restarts
        self.errors = []

    def run(self):
        generation = 0
        while True:
            worker = Worker(f"worker-{generation}", self.inbox, self.outbox)
            worker.start()
            worker.join()
            if worker.error is None:
                break
            self.errors.append(
                traceback.format_exception_only(type(worker.error), worker.error)[
                    -1
                ].strip()
            )
            if self.restarts == self.most_restarts:
                break
            self.restarts += 1
            generation += 1
        self.inbox.join()

    def results(self):
        found = []
        while True:
            try:
                found.append(self.outbox.get_nowait())
            except queue.Empty:
                return found


def main():
    supervisor = Supervisor(range(1, 10))
    supervisor.run()
    print(supervisor.results())
    print(supervisor.errors, supervisor.restarts)


if __name__ == "__main__":
    main()
