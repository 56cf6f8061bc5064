"""Queues that variables tell how to wait, and methods kept under other names."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

out = []


class Inbox:
    def __init__(self):
        self.items = queue.Queue()
        self.receive, self.send = self.items.get, self.items.put


class Logged(queue.Queue):
    def put(self, item, block=True, timeout=None):
        out.append(("put", item))
        super().put(item, block, timeout)


def work(inbox, jobs, logged):
    out.append(inbox.receive())
    out.append(jobs.get())
    time.sleep(0.001)
    out.append(logged.get())


def main():
    inbox, jobs, logged = Inbox(), queue.Queue(1), Logged()
    crew = threading.Thread(target=work, args=(inbox, jobs, logged))
    crew.start()
    inbox.send("sent")
    told = ("job", True, 0.5)
    jobs.put(*told)
    logged.put(1)
    crew.join()
    block, limit = True, 0.01
    try:
        jobs.get(block, limit)
    except queue.Empty:
        out.append("empty")
    jobs.put("last")
    try:
        jobs.put("more", block, timeout=limit)
    except queue.Full:
        out.append("full")
    with jobs.mutex:
        jobs.queue.clear()
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(jobs.get, timeout=2)
        jobs.put("given")
        out.append(taken.result())
        late = pool.submit(jobs.get, True, 0.01)
        out.append(type(late.exception()).__name__.removeprefix("Queue"))
    for each in out:
        print(each)


if __name__ == "__main__":
    main()
