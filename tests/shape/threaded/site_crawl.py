"""A crawler: a frontier of pages, a set of what was visited, some workers."""

import re
import threading
import time
import urllib.parse
from queue import Empty, Queue

SITE = {
    "http://site/": '<a href="/a">a</a> <a href="/b?x=1">b</a>',
    "http://site/a": '<a href="c">c</a> <a href="/">home</a>',
    "http://site/b?x=1": '<a href="/missing">m</a> <a href="http://other/">o</a>',
    "http://site/c": '<a href="/a#part">a</a> <a href="/d">d</a>',
    "http://site/d": "no links",
}
LINK = re.compile(r'href="([^"]+)"')


class NotFound(LookupError):
    pass


def fetch(url):
    time.sleep(0.001)
    try:
        return SITE[url]
    except KeyError:
        raise NotFound(url) from None


class Crawler:
    def __init__(self, start, workers=3, fetch=fetch, max_pages=100):
        self.host = urllib.parse.urlsplit(start).netloc
        self.workers = workers
        self.fetch = fetch
        self.max_pages = max_pages
        self.frontier = Queue()
        self.visited = set()
        self.visited_lock = threading.Lock()
        self.pages = {}
        self.broken = []
        self._finished = threading.Event()
        self.add(start)

    def add(self, url):
        url, _ = urllib.parse.urldefrag(url)
        if urllib.parse.urlsplit(url).netloc != self.host:
            return False
        with self.visited_lock:
            if url in self.visited or len(self.visited) >= self.max_pages:
                return False
            self.visited.add(url)
        self.frontier.put(url)
        return True

    def links_of(self, url, body):
        for link in LINK.findall(body):
            yield urllib.parse.urljoin(url, link)

    def visit(self, url):
        try:
            body = self.fetch(url)
        except NotFound:
            self.broken.append(url)
            return
        self.pages[url] = len(body)
        for link in self.links_of(url, body):
            self.add(link)

    def worker(self):
        while not self._finished.is_set():
            try:
                url = self.frontier.get(timeout=0.05)
            except Empty:
                continue
            try:
                self.visit(url)
            finally:
                self.frontier.task_done()

    def crawl(self):
        threads = [
            threading.Thread(target=self.worker, name=f"crawler-{n}", daemon=True)
            for n in range(self.workers)
        ]
        for thread in threads:
            thread.start()
        self.frontier.join()
        self._finished.set()
        for thread in threads:
            thread.join()
        return self.pages


if __name__ == "__main__":
    crawler = Crawler("http://site/")
    for url, size in sorted(crawler.crawl().items()):
        print(url, size)
    print("broken:", *crawler.broken)
    print(len(crawler.visited))
