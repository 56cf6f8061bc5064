"""Crawl a site from its first page: every page once, a fixed number of workers."""

import queue
import threading


class Crawler:
    def __init__(self, fetch, workers):
        self.fetch = fetch
        self.workers = workers
        self.pages = queue.Queue()
        self.seen = set()
        self.guard = threading.Lock()

    def add(self, page):
        with self.guard:
            if page in self.seen:
                return
            self.seen.add(page)
        self.pages.put(page)

    def work(self):
        while (page := self.pages.get()) is not None:
            for link in self.fetch(page):
                self.add(link)
            self.pages.task_done()

    def run(self, first):
        threads = [threading.Thread(target=self.work) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        self.add(first)
        self.pages.join()
        for _ in threads:
            self.pages.put(None)
        for thread in threads:
            thread.join()
        return self.seen
