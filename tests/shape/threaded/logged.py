"""Workers that log through one queue to a list."""

import logging
import logging.handlers
import queue
import threading
import time

records = []


class ListHandler(logging.Handler):
    def emit(self, record):
        records.append(self.format(record))


log = logging.getLogger("crew")
log.setLevel(logging.INFO)
log.propagate = False


def work(number, done):
    log.info("worker %d starts", number)
    time.sleep(0.01 * number)
    try:
        if number == 2:
            raise ValueError("two is bad")
        log.info("worker %d is done", number)
    except ValueError:
        log.exception("worker %d failed", number)
    finally:
        done.put(number)


def main():
    log_queue = queue.Queue(-1)
    handler = ListHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    listener = logging.handlers.QueueListener(log_queue, handler)
    log.addHandler(logging.handlers.QueueHandler(log_queue))
    listener.start()
    done = queue.Queue()
    threads = []
    for number in (1, 2, 3):
        t = threading.Thread(target=work, args=(number, done), name=f"w{number}")
        t.start()
        threads.append(t)
    for t in threads:
        t.join()
    listener.stop()
    finished = []
    while not done.empty():
        finished.append(done.get())
    print(sorted(finished))
    for line in sorted(records):
        print(line.splitlines()[0])


if __name__ == "__main__":
    main()
