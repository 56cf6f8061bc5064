"""A dict of attributes or variables is stored before the workers begin to use it.

Some of these dicts come from a statement of the module, such as `vars(Settings)` below.
The explorer does not track what such statements do.  In other programs, a worker adds
names that a dict did not have before.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import threading
from types import SimpleNamespace


class Settings:
    retries = 3
    debug = False

    @classmethod
    def set_retries(cls, count):
        cls.retries = count


class Registry:
    pass


MEMBERS = vars(Settings)
GET_MEMBER = Settings.__dict__.get
MEMBER_ITEMS = vars(Settings).items()
VARIABLES = globals()
level = 0


class BrokenMembersOfAModule:
    """The class changes while its members are read through their view."""

    def change(self):
        Settings.retries = 5

    def read(self):
        self.seen = MEMBERS["retries"]

    workers = (change, read)

    def check(self):
        assert self.seen == 5


class BrokenMethodOfMembers(BrokenMembersOfAModule):
    def change(self):
        Settings.set_retries(5)

    def read(self):
        self.seen = GET_MEMBER("retries")

    workers = (change, read)


class BrokenItemsOfMembers(BrokenMembersOfAModule):
    def change(self):
        setattr(Settings, "retries", 5)  # noqa: B010 - the matter

    def read(self):
        self.seen = dict(MEMBER_ITEMS)["retries"]

    workers = (change, read)


class BrokenMembersInTasks:
    """A task that awaits lets the other set what it reads next."""

    def __init__(self):
        self.members = Settings.__dict__

    async def change(self):
        await asyncio.sleep(0)
        Settings.debug = True

    async def read(self):
        await asyncio.sleep(0)
        self.seen = self.members["debug"]

    workers = (change, read)

    def check(self):
        assert self.seen


class BrokenNewMember:
    """The other worker may register first, or not."""

    def __init__(self):
        self.members = vars(Registry)

    def register(self):
        Registry.json = "a codec"

    def look(self):
        self.known = "json" in self.members

    workers = (register, look)

    def check(self):
        assert self.known


class BrokenDictOfAnObject:
    """Two ways to the same attribute, each a read and a write."""

    def __init__(self):
        self.total = 0
        self.fields = self.__dict__

    def add(self):
        self.total += 1

    def add_by_name(self):
        self.fields["total"] += 1

    workers = (add, add_by_name)

    def check(self):
        assert self.total == 2


class Record:
    """An object that keeps its own fields, as some that serialize do."""

    def __init__(self, **fields):
        self.fields = vars(self)
        self.fields.update(fields)


class BrokenRecord:
    def __init__(self):
        self.record = Record(count=1)

    def double(self):
        self.record.fields.update(count=self.record.fields["count"] * 2)

    def add(self):
        self.record.count += 10

    workers = (double, add)

    def check(self):
        assert self.record.count in (12, 22)


class HoldsRecord(BrokenRecord):
    """A lock makes each change one step."""

    def __init__(self):
        super().__init__()
        self.guard = threading.Lock()

    def double(self):
        with self.guard:
            super().double()

    def add(self):
        with self.guard:
            super().add()

    workers = (double, add)


class BrokenUpdate:
    """The attribute is a new one, and the write does not name it."""

    def __init__(self):
        self.options = SimpleNamespace()
        self.seen = None

    def load(self):
        vars(self.options).update({"proxy": "on"})

    def use(self):
        self.seen = getattr(self.options, "proxy", "off")

    workers = (load, use)

    def check(self):
        assert self.seen == "on"


class BrokenMerge(BrokenUpdate):
    def load(self):
        fields = self.options.__dict__
        fields |= {"proxy": "on"}

    def use(self):
        try:
            self.seen = self.options.proxy
        except AttributeError:
            self.seen = "off"

    workers = (load, use)


class BrokenUpdateInTasks(BrokenUpdate):
    async def load(self):
        await asyncio.sleep(0)
        self.options.__dict__.update(proxy="on")

    async def use(self):
        await asyncio.sleep(0)
        self.seen = "on" if hasattr(self.options, "proxy") else "off"

    workers = (load, use)


class BrokenNewVariable:
    """A plug-in defines a variable that another worker tries."""

    def define(self):
        globals().update(plugged_in=True)

    def use(self):
        try:
            self.seen = plugged_in
        except NameError:
            self.seen = False

    workers = (define, use)

    def check(self):
        assert self.seen


class BrokenNewVariableLookedUp(BrokenNewVariable):
    def define(self):
        VARIABLES.update({"plugged_in": True})

    def use(self):
        self.seen = globals().get("plugged_in")

    workers = (define, use)


class BrokenVariables:
    def add(self):
        VARIABLES["level"] += 1

    def add_by_name(self):
        global level
        level += 1

    workers = (add, add_by_name)

    def check(self):
        assert level == 2


class HoldsTwoNames:
    """Each worker has an attribute of its own; neither reads all of them."""

    def __init__(self):
        self.fields = vars(self)

    def left(self):
        self.fields["one"] = 1
        self.one += 1

    def right(self):
        self.fields["other"] = 1
        self.other += 1

    workers = (left, right)

    def check(self):
        assert (self.one, self.other) == (2, 2)
