"""Crawl a site from its first page: every page once, a fixed number of workers."""

import asyncio


class Crawler:
    def __init__(self, fetch, workers):
        self.fetch = fetch
        self.workers = workers
        self.pages = asyncio.Queue()
        self.seen = set()

    async def add(self, page):
        if page in self.seen:
            return
        self.seen.add(page)
        await self.pages.put(page)

    async def work(self):
        while (page := await self.pages.get()) is not None:
            for link in await self.fetch(page):
                await self.add(link)
            self.pages.task_done()

    async def run(self, first):
        async with asyncio.TaskGroup() as group:
            for _ in range(self.workers):
                group.create_task(self.work())
            await self.add(first)
            await self.pages.join()
            for _ in range(self.workers):
                await self.pages.put(None)
        return self.seen
