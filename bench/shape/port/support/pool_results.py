"""Classes for the results of a draft's `TaskPool`: futures, and results of `map`."""

POOL_FUTURE = '''class PoolFuture(asyncio.Future):
    """A future of a pool: a job that already runs is not cancelled, as in threads."""

    _runs = False

    def running(self):
        return self._runs and not self.done()

    def cancel(self, msg=None):
        return self.cancelled() or (not self._runs and super().cancel(msg))

    def result(self, timeout=None):
        if not self.done():
            raise asyncio.TimeoutError  # nothing can wait here
        return super().result()

    def exception(self, timeout=None):
        if not self.done():
            raise asyncio.TimeoutError
        return super().exception()
'''
POOL_RESULTS = '''class PoolResults:
    """The results of `map` of a pool: one by one in order, or all by `await`."""

    def __init__(self, jobs, timeout):
        now = asyncio.get_running_loop().time()
        self.__jobs, self.__asked = jobs, False
        self.__end = None if timeout is None else now + timeout

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.__asked = True
        if not self.__jobs:
            raise StopAsyncIteration
        try:
            async with asyncio.timeout_at(self.__end):
                return await asyncio.shield(self.__jobs.pop(0))
        except BaseException:
            self.__del__()
            raise

    def __await__(self):
        return self.__all().__await__()

    async def __all(self):
        return [one async for one in self]

    def __del__(self):
        while self.__asked and self.__jobs:  # as in threads, the rest is never begun
            self.__jobs.pop().cancel()
'''
