"""A crawler over links in memory: visited pages under a lock, workers that end together."""

import threading
import time
from queue import Empty, Queue

PAGES = {"/": ["/a", "/b"], "/a": ["/b", "/c"], "/b": ["/"], "/c": []}


class Crawler:
    def __init__(self, workers=3):
        self.todo = Queue()
        self.visited = set()
        self.lock = threading.Lock()
        self.workers = []
        for number in range(workers):
            worker = threading.Thread(
                target=self._work, name=f"crawler-{number}", daemon=True
            )
            self.workers.append(worker)

    def fetch(self, page):
        time.sleep(0.001)
        return PAGES[page]

    def _visit(self, page):
        with self.lock:
            if page in self.visited:
                return
            self.visited.add(page)
        for link in self.fetch(page):
            self.todo.put(link)

    def _work(self):
        while True:
            try:
                page = self.todo.get(timeout=1)
            except Empty:
                break
            try:
                self._visit(page)
            finally:
                self.todo.task_done()

    def crawl(self, start):
        self.todo.put(start)
        for worker in self.workers:
            worker.start()
        self.todo.join()
        return sorted(self.visited)


def main():
    crawler = Crawler()
    print(crawler.crawl("/"))


if __name__ == "__main__":
    main()
