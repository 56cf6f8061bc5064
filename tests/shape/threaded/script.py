"""Script-style: no main function."""

import threading
import time
from queue import Queue, Empty

tasks = Queue()
results = []


def work(name):
    while True:
        try:
            n = tasks.get(timeout=0.05)
        except Empty:
            return
        time.sleep(0.001)
        results.append((n, name is not None))
        tasks.task_done()


for n in range(6):
    tasks.put(n)
threads = [
    threading.Thread(target=work, args=(f"w{i}",), name=f"w{i}") for i in range(2)
]
for t in threads:
    t.start()
tasks.join()
for t in threads:
    t.join()
print(
    """done
 with text""",
    sorted(results),
)
