"""What a time limit covers: the wait for the queue, and nothing else of its `try`."""

import queue
import threading
import time


def load(page):
    if page == 2:
        raise TimeoutError("no answer")
    time.sleep(0.001)
    return page * 10


def crawl(pages, found):
    while True:
        try:
            page = pages.get(timeout=0.05)
            found.append(load(page))
        except queue.Empty:
            found.append("no more")
            return
        except TimeoutError as error:
            found.append(str(error))


def slow(number):
    time.sleep(0.03)
    return number


def fill(box, said):
    for number in range(3):
        try:
            box.put(slow(number), timeout=0.005)
        except queue.Full:
            said.append("full")
        except TimeoutError:
            said.append("never")


def take(box):
    return box.get(timeout=0.01)


def drained(box):
    taken = []
    try:
        while True:
            taken.append(take(box))
            load(len(taken) % 2)
    except queue.Empty:
        return taken


def main():
    pages, found = queue.Queue(), []
    for page in (1, 2, 3):
        pages.put(page)
    crawler = threading.Thread(target=crawl, args=(pages, found))
    crawler.start()
    crawler.join()
    print(found)
    box, said = queue.Queue(maxsize=2), []
    filler = threading.Thread(target=fill, args=(box, said))
    filler.start()
    filler.join()
    print(said, drained(box))


if __name__ == "__main__":
    main()
