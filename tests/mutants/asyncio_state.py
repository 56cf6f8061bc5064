"""State that tasks share: what is read before an `await` is old after it."""

import asyncio
import contextvars
from contextlib import asynccontextmanager
from dataclasses import dataclass

stock = 5
request_user = None
user_of_request = contextvars.ContextVar("user_of_request")


class ReadBeforeAwait:
    """The value is read, something awaited, the value written.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def add(self):
        value = self.value
        await asyncio.sleep(0)
        self.value = value + 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class ReadBeforeAwaitMended(ReadBeforeAwait):
    """A lock is held over the await."""

    async def add(self):
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1

    workers = (add, add)


class AwaitInAugmentedAssignment:
    """`total += await ...` reads the total first and awaits then.

    Symptom: AssertionError
    """

    def __init__(self):
        self.total = 0

    async def price(self):
        await asyncio.sleep(0.01)
        return 3

    async def add(self):
        self.total += await self.price()

    def check(self):
        assert self.total == 6

    workers = (add, add)


class AwaitInAugmentedAssignmentMended(AwaitInAugmentedAssignment):
    """Awaited first: no await between reading and writing."""

    async def add(self):
        price = await self.price()
        self.total += price

    workers = (add, add)


class AwaitInAGlobal:
    """A global of the module, read before the await.

    Symptom: AssertionError
    """

    async def take(self):
        global stock
        stock = stock - await self.wanted()

    async def wanted(self):
        await asyncio.sleep(0)
        return 1

    def check(self):
        assert stock == 3

    workers = (take, take)


class AwaitInAGlobalMended(AwaitInAGlobal):
    """Read after it."""

    async def take(self):
        global stock
        wanted = await self.wanted()
        stock = stock - wanted

    workers = (take, take)


class AwaitInAnItem:
    """`d[k] = d.get(k, 0) + await ...`: an item, read before the await.

    Symptom: AssertionError
    """

    def __init__(self):
        self.words = {}

    async def count(self):
        await asyncio.sleep(0)
        return 1

    async def add(self):
        self.words["ape"] = self.words.get("ape", 0) + await self.count()

    def check(self):
        assert self.words == {"ape": 2}

    workers = (add, add)


class AwaitInAnItemMended(AwaitInAnItem):
    """Read after it."""

    async def add(self):
        count = await self.count()
        self.words["ape"] = self.words.get("ape", 0) + count

    workers = (add, add)


class AwaitInAClosure:
    """A variable of a closure.

    Symptom: AssertionError
    """

    def __init__(self):
        seats = 2

        async def leave():
            nonlocal seats
            seats = seats - await self.one()

        self.leave, self.left = leave, lambda: seats

    async def one(self):
        await asyncio.sleep(0)
        return 1

    async def work(self):
        await self.leave()

    def check(self):
        assert self.left() == 0

    workers = (work, work)


class AwaitInAClosureMended(AwaitInAClosure):
    """Awaited first."""

    def __init__(self):
        seats = 2

        async def leave():
            nonlocal seats
            one = await self.one()
            seats -= one

        self.leave, self.left = leave, lambda: seats


@dataclass(slots=True)
class Account:
    """A balance that must not fall below 0."""

    balance: int = 10


class Overdrawn:
    """Looked at before the bank has been asked, withdrawn after.

    Symptom: AssertionError
    """

    def __init__(self):
        self.account = Account()
        self.lock = asyncio.Lock()

    async def ask(self):
        await asyncio.sleep(0.1)

    async def withdraw(self):
        if self.account.balance >= 10:
            await self.ask()
            self.account.balance -= 10

    def check(self):
        assert self.account.balance >= 0

    workers = (withdraw, withdraw)


class OverdrawnMended(Overdrawn):
    """The money is reserved before the await."""

    async def withdraw(self):
        if self.account.balance >= 10:
            self.account.balance -= 10
            await self.ask()

    workers = (withdraw, withdraw)


class LoadedTwice:
    """A cache that is looked at before the loading and filled after.

    Symptom: AssertionError
    """

    def __init__(self):
        self.pages, self.loads = {}, 0

    async def load(self, url):
        self.loads += 1
        await asyncio.sleep(1)
        return url.upper()

    async def get(self, url="/"):
        if url not in self.pages:
            self.pages[url] = await self.load(url)
        return self.pages[url]

    def check(self):
        assert self.loads == 1

    workers = (get, get)


class LoadedTwiceMended(LoadedTwice):
    """The task that loads is kept, and all await it."""

    async def get(self, url="/"):
        if url not in self.pages:
            self.pages[url] = asyncio.create_task(self.load(url))
        return await self.pages[url]

    workers = (get, get)


class SingletonOverAwait:
    """Two connect, since neither sees the other's connection.

    Symptom: AssertionError
    """

    _connection = None
    _connecting = None

    @classmethod
    async def connection(cls):
        if cls._connection is None:
            await asyncio.sleep(0)
            cls._connection = object()
        return cls._connection

    def __init__(self):
        self.given = set()

    async def use(self):
        self.given.add(id(await self.connection()))

    def check(self):
        assert len(self.given) == 1

    workers = (use, use)


class SingletonOverAwaitMended(SingletonOverAwait):
    """A lock of the class, made when first needed: no await, no gap."""

    _lock = None

    @classmethod
    async def connection(cls):
        cls._lock = cls._lock or asyncio.Lock()
        async with cls._lock:
            return await super().connection()


class DictChangedWhileAwaiting:
    """One awaits inside a loop over the dict that the other changes.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.clients = {"a": 1, "b": 2}

    async def broadcast(self):
        for name in self.all():
            await asyncio.sleep(0)
            assert name

    def all(self):
        return self.clients

    async def leave(self):
        del self.clients["a"]

    workers = (broadcast, leave)


class DictChangedWhileAwaitingMended(DictChangedWhileAwaiting):
    """A list of the names, made before."""

    def all(self):
        return list(self.clients)


class TornByAnAwait:
    """The auditor runs between taking and giving.

    Symptom: AssertionError
    """

    def __init__(self):
        self.ada, self.bob = 50, 50

    async def transfer(self):
        self.ada -= 10
        await asyncio.sleep(0)
        self.bob += 10

    async def audit(self):
        assert self.ada + self.bob == 100

    workers = (transfer, audit)


class TornByAnAwaitMended(TornByAnAwait):
    """No await between the halves."""

    async def transfer(self):
        await asyncio.sleep(0)
        self.ada, self.bob = self.ada - 10, self.bob + 10

    workers = (transfer, TornByAnAwait.audit)


class GlobalInsteadOfContext:
    """The user of a request in a global: another request's after the await.

    Symptom: AssertionError
    """

    def put(self, user):
        global request_user
        request_user = user

    def get(self):
        return request_user

    async def serve(self, user):
        self.put(user)
        await asyncio.sleep(0)
        assert self.get() == user

    async def ada(self):
        await self.serve("ada")

    async def bob(self):
        await self.serve("bob")

    workers = (ada, bob)


class GlobalInsteadOfContextMended(GlobalInsteadOfContext):
    """Each task has a context of its own."""

    def put(self, user):
        user_of_request.set(user)

    def get(self):
        return user_of_request.get()


class ContextDoesNotComeBack:
    """What a child task sets in its context its parent does not see.

    Symptom: LookupError
    """

    async def log_in(self):
        user_of_request.set("ada")

    async def work(self):
        await self.run(self.log_in())
        assert user_of_request.get() == "ada"

    async def run(self, coroutine):
        await asyncio.create_task(coroutine)

    workers = (work,)


class ContextDoesNotComeBackMended(ContextDoesNotComeBack):
    """Awaited directly it runs in the same context."""

    async def run(self, coroutine):
        await coroutine


class SharedAsyncGenerator:
    """Two tasks ask one async generator for its next value at the same time.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.pages = self.read()
        self.lock = asyncio.Lock()
        self.seen = []

    async def read(self):
        for page in (1, 2):
            await asyncio.sleep(0)
            yield page

    async def take(self):
        self.seen.append(await anext(self.pages))

    workers = (take, take)


class SharedAsyncGeneratorMended(SharedAsyncGenerator):
    """One at a time."""

    async def take(self):
        async with self.lock:
            self.seen.append(await anext(self.pages))

    workers = (take, take)


class SharedAsyncFor(SharedAsyncGenerator):
    """Two tasks go over one async generator at the same time.

    Symptom: RuntimeError
    """

    async def take(self):
        async for page in self.pages:
            self.seen.append(page)

    workers = (take, take)


class SharedAsyncForMended(SharedAsyncFor):
    """One goes over it, and the other finds nothing left."""

    async def take(self):
        async with self.lock:
            async for page in self.pages:
                self.seen.append(page)

    workers = (take, take)


class RestoredOverAwait:
    """A context manager puts back what it found before the await.

    Symptom: AssertionError
    """

    def __init__(self):
        self.active = 0

    @asynccontextmanager
    async def session(self):
        before = self.active
        self.active = before + 1
        try:
            await asyncio.sleep(0)
            yield self
        finally:
            self.leave(before)

    def leave(self, before):
        self.active = before

    async def work(self):
        async with self.session():
            await asyncio.sleep(0)

    def check(self):
        assert self.active == 0

    workers = (work, work)


class RestoredOverAwaitMended(RestoredOverAwait):
    """Takes away what it added."""

    def leave(self, before):
        self.active -= 1


class WriteSkewOverAwait:
    """Each sees the other on call, asks, and leaves.

    Symptom: AssertionError
    """

    def __init__(self):
        self.on_call = {"ada", "bob"}

    async def ask(self):
        await asyncio.sleep(0)

    async def leave(self, name):
        if len(self.on_call) > 1:
            await self.ask()
            self.on_call.remove(name)

    def check(self):
        assert self.on_call

    async def ada(self):
        await self.leave("ada")

    async def bob(self):
        await self.leave("bob")

    workers = (ada, bob)


class WriteSkewOverAwaitMended(WriteSkewOverAwait):
    """Looks when it acts."""

    async def leave(self, name):
        await self.ask()
        if len(self.on_call) > 1:
            self.on_call.remove(name)


class IteratorOverAwait:
    """An async iterator that moves on after its await.

    Symptom: AssertionError
    """

    def __init__(self):
        self.next, self.seen = 0, []

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.next == 2:
            raise StopAsyncIteration
        number = self.next
        await asyncio.sleep(0)
        self.next = number + 1
        return number

    async def take(self):
        async for number in self:
            self.seen.append(number)

    def check(self):
        assert sorted(self.seen) == [0, 1]

    workers = (take, take)


class IteratorOverAwaitMended(IteratorOverAwait):
    """Moves on before it."""

    async def __anext__(self):
        if self.next == 2:
            raise StopAsyncIteration
        number, self.next = self.next, self.next + 1
        await asyncio.sleep(0)
        return number


class GeneratorLeftHalfway:
    """Left by `break`, an async generator is closed by a task of the loop, later.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = asyncio.Lock()

    async def rows(self):
        async with self.lock:
            yield 1
            yield 2

    async def first(self):
        async for row in self.rows():
            return row

    async def work(self):
        await self.first()
        assert not self.lock.locked()

    async def wait(self):
        async with self.lock:
            pass

    workers = (work,)


class GeneratorLeftHalfwayMended(GeneratorLeftHalfway):
    """Whoever needs the lock waits for that: it is no deadlock."""

    async def work(self):
        await self.first()
        await self.wait()

    workers = (work,)
