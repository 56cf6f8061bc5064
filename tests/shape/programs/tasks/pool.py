"""A worker pool: at most so many jobs at once, a time limit, results in order."""

import asyncio


class Tally:
    def __init__(self):
        self.done = 0

    def count(self):
        self.done += 1


async def work(job, tally, slots):
    async with slots:
        result = await job()
    tally.count()
    return result


async def run(jobs, limit, seconds):
    tally = Tally()
    slots = asyncio.Semaphore(limit)
    async with asyncio.timeout(seconds), asyncio.TaskGroup() as pool:
        tasks = [pool.create_task(work(job, tally, slots)) for job in jobs]
    results = [task.result() for task in tasks]
    return results, tally.done
