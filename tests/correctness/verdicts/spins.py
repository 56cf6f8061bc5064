"""Tasks that never suspend: `_bad` spins for ever, `_ok` ends by itself."""

import asyncio
import itertools
import random
import threading
import time


class Base:
    def __init__(self):
        self.stop = False
        self.n = 0
        self.lock = asyncio.Lock()
        self.event = asyncio.Event()
        self.event.set()
        self.q = asyncio.Queue()

    async def stopper(self):
        self.stop = True


class Counting_bad(Base):
    async def poll(self):
        while not self.stop:
            self.n += 1
            await self.event.wait()

    workers = (poll, Base.stopper)


class AsyncFor_bad(Base):
    async def gen(self):
        while True:
            yield 1

    async def poll(self):
        async for x in self.gen():
            if self.stop:
                return

    workers = (poll, Base.stopper)


class ForCount_bad(Base):
    async def poll(self):
        for i in itertools.count():
            if self.stop:
                return
            await self.event.wait()

    workers = (poll, Base.stopper)


class Gather_bad(Base):
    async def one(self):
        return 1

    async def poll(self):
        while not self.stop:
            await asyncio.wait_for(self.event.wait(), None)

    workers = (poll, Base.stopper)


class Callback_bad(Base):
    async def main(self):
        asyncio.get_running_loop().call_soon(self.cb)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def cb(self):
        while not self.stop:
            pass

    workers = (main,)


class Swallow_bad(Base):
    async def poll(self):
        while not self.stop:
            try:
                await self.event.wait()
            except BaseException:
                pass

    workers = (poll, Base.stopper)


class Iterator_ok(Base):
    async def main(self):
        it = iter(range(5000))
        while next(it) < 4500:
            pass
        self.n = 1

    workers = (main, Base.stopper)


class Iterator2_ok(Base):
    async def main(self):
        self.it = iter(range(5000))
        while next(self.it) < 4500:
            await self.event.wait()
        self.n = 1

    workers = (main, Base.stopper)


class Long_ok(Base):
    async def main(self):
        i = 0
        while i < 20000:
            i += 1
        self.n = i

    workers = (main, Base.stopper)


class Append_ok(Base):
    async def main(self):
        xs = []
        while len(xs) < 3000:
            xs.append(1)
        ys = set()
        while len(ys) < 3000:
            ys.add(len(ys))
        self.n = i = len(xs)

    workers = (main, Base.stopper)


class Nonlocal_ok(Base):
    async def main(self):
        n = 0

        def inc():
            nonlocal n
            n += 1
            return n

        while inc() < 3000:
            pass

        def gen():
            x = 0
            while True:
                x += 1
                yield x

        g = gen()
        while g.send(None) < 3000:
            pass

    workers = (main, Base.stopper)


class Init_ok:
    def __init__(self):
        self.n = 0
        xs = []
        while len(xs) < 50000:
            xs.append(1)

    def w(self):
        self.n = 1

    workers = (w,)


class Random_ok(Base):
    async def main(self):
        while random.random() < 0.99:
            await self.event.wait()

    workers = (main,)


class Clock_bad(Base):
    async def main(self):
        end = time.monotonic() + 1
        while time.monotonic() < end:
            await self.event.wait()

    workers = (main,)


class Check_bad:
    def __init__(self):
        self.n = 0

    def w(self):
        self.n = 1

    workers = (w,)

    def check(self):
        while self.n:
            pass


class Init_bad:
    def __init__(self):
        while True:
            pass

    def w(self):
        self.n = 1

    workers = (w,)


class Walrus_ok(Base):
    async def main(self):
        for i in range(3000):
            self.q.put_nowait(i)
        while not self.q.empty():
            await self.q.get()

    workers = (main,)


class Bytes_ok(Base):
    async def main(self):
        import io

        f = io.BytesIO(b"x\n" * 3000)
        while f.readline():
            pass

    workers = (main,)


class TimesOut_ok(Base):
    async def main(self):
        while True:
            try:
                async with asyncio.timeout(1):
                    await asyncio.Event().wait()
            except TimeoutError:
                self.n += 1
                if self.n > 2:
                    return

    workers = (main,)


class SpinBesideThread_bad(Base):
    async def poll(self):
        while not self.stop:
            await self.event.wait()

    def beside(self):
        pass

    workers = (poll, beside)


class ThreadEndsIt_ok(Base):
    async def poll(self):
        while not self.stop:
            await self.event.wait()

    def end(self):
        self.stop = True

    workers = (poll, end)


class SpinUnderMutex_bad(Base):
    def __init__(self):
        super().__init__()
        self.mutex = threading.Lock()

    async def poll(self):
        while True:
            with self.mutex:
                if self.stop:
                    return
            await self.event.wait()

    workers = (poll, Base.stopper)


class LockPoll_bad(Base):
    async def poll(self):
        while True:
            async with self.lock:
                if self.stop:
                    return

    workers = (poll, Base.stopper)


class LockPollGivesWay_ok(Base):
    async def poll(self):
        while True:
            async with self.lock:
                if self.stop:
                    return
            await asyncio.sleep(0)

    workers = (poll, Base.stopper)


class PutForEver_bad(Base):
    async def poll(self):
        while not self.stop:
            await self.q.put(1)

    workers = (poll, Base.stopper)


class DoneFuture_bad(Base):
    async def poll(self):
        done = asyncio.get_running_loop().create_future()
        done.set_result(1)
        while not self.stop:
            await done

    workers = (poll, Base.stopper)


class ForOverRepeat_ok(Base):
    async def main(self):
        for _ in itertools.repeat(None, 3000):
            await self.event.wait()

    workers = (main, Base.stopper)


class WhileInFor_ok(Base):
    async def main(self):
        for _ in itertools.repeat(None, 3000):
            while not self.event.is_set():
                pass

    workers = (main, Base.stopper)


class ThreadSpins_bad(Base):
    def poll(self):
        while True:
            pass

    workers = (poll,)


class TimerNever_bad(Base):
    async def poll(self):
        try:
            async with asyncio.timeout(1):
                while True:
                    await self.event.wait()
        except TimeoutError:
            pass

    workers = (poll,)
