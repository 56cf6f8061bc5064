"""Tasks as people write them, right and with their usual mistakes."""

import asyncio


class Crawler:
    """Two tasks take pages from a queue, and put the pages that those link to."""

    def __init__(self):
        self.links = {"home": ("news",), "news": ()}
        self.pages = asyncio.Queue()
        self.seen = set()

    async def crawl(self):
        while True:
            page = await self.pages.get()
            for link in self.links[page]:
                self.pages.put_nowait(link)
            self.seen.add(page)
            self.pages.task_done()

    async def main(self):
        self.pages.put_nowait("home")
        crawlers = [asyncio.create_task(self.crawl()) for _ in range(2)]
        await self.pages.join()
        for crawler in crawlers:
            crawler.cancel()
        await asyncio.gather(*crawlers, return_exceptions=True)

    workers = (main,)

    def check(self):
        assert self.seen == {"home", "news"}


class CrawlerDoneTooSoon(Crawler):
    """A page counts as done before the pages that it links to are put."""

    async def crawl(self):
        while True:
            page = await self.pages.get()
            self.pages.task_done()
            await asyncio.sleep(0)
            self.seen.add(page)
            for link in self.links[page]:
                self.pages.put_nowait(link)


class Turnstile:
    """No more than one task at a time is past the turnstile."""

    def __init__(self):
        self.turnstile = asyncio.Semaphore(1)
        self.inside = self.most = 0

    async def visit(self):
        async with self.turnstile:
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0)
            self.inside -= 1

    workers = (visit, visit, visit)

    def check(self):
        assert self.most == 1


class TurnstileLeftOpen(Turnstile):
    """It looks whether the turnstile is free, and does not take it."""

    async def visit(self):
        while self.turnstile.locked():  # noqa: ASYNC110 - as people write it
            await asyncio.sleep(0)
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1

    workers = (visit, visit)


class Relay:
    """Three runners hand a baton on by events."""

    def __init__(self):
        self.ready = [asyncio.Event() for _ in range(3)]
        self.order = []

    async def run_leg(self, number):
        await self.ready[number].wait()
        self.order.append(number)
        if number + 1 < len(self.ready):
            self.ready[number + 1].set()

    async def main(self):
        async with asyncio.TaskGroup() as group:
            for number in (2, 0, 1):
                group.create_task(self.run_leg(number))
            self.ready[0].set()

    workers = (main,)

    def check(self):
        assert self.order == [0, 1, 2]


class RelayDropped(Relay):
    """The last runner is told as the first is."""

    async def run_leg(self, number):
        await self.ready[number].wait()
        self.order.append(number)
        for ready in self.ready[number + 1 :]:
            ready.set()


class RetriedOnce:
    """A call that fails first is tried again after a pause."""

    def __init__(self):
        self.calls = 0

    async def call(self):
        self.calls += 1
        if self.calls == 1:
            raise OSError("busy")
        return "answer"

    async def ask(self):
        for _ in range(2):
            try:
                self.got = await self.call()
            except OSError:
                await asyncio.sleep(1)
            else:
                return

    workers = (ask,)

    def check(self):
        assert self.got == "answer"


class FirstAnswer:
    """The slower of two requests is cancelled, and heard out."""

    def __init__(self):
        self.cancelled = 0

    async def request(self, seconds):
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def main(self):
        requests = [asyncio.create_task(self.request(s)) for s in (1, 2)]
        done, pending = await asyncio.wait(
            requests, return_when=asyncio.FIRST_COMPLETED
        )
        for one in pending:
            one.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        self.ended = len(done) + len(pending)

    workers = (main,)

    def check(self):
        assert self.ended == 2
        assert self.cancelled <= 1
