"""Workers that change what belongs to a standard module, or to the process.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import builtins
import contextlib
import io
import json
import os
import string
import sys
import tempfile
import threading
import time
import warnings
from unittest import mock


class BrokenSwap:
    """Each puts back what it found, which was the other's."""

    def __init__(self):
        self.before = sys.stderr

    def work(self):
        old = sys.stderr
        sys.stderr = io.StringIO()
        sys.stderr = old

    workers = (work, work)

    def check(self):
        assert sys.stderr is self.before


class HoldsSwap(BrokenSwap):
    def __init__(self):
        super().__init__()
        self.guard = threading.Lock()

    def work(self):
        with self.guard:
            super().work()

    workers = (work, work)


class BrokenRedirect:
    """What one prints goes to the other's file."""

    def __init__(self):
        self.printed = []

    def work(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print(threading.current_thread().name)  # noqa: T201 - the matter
        self.printed.append(out.getvalue())

    workers = (work, work)

    def check(self):
        assert all(self.printed)


class BrokenSetattr:
    def work(self):
        setattr(string, "mine", getattr(string, "mine", 0) + 1)  # noqa: B010

    workers = (work, work)

    def check(self):
        assert string.mine == 2


class HoldsPutBack:
    """The next run begins with the module as it was."""

    def work(self):
        assert not hasattr(tempfile, "mine")
        tempfile.mine = 1
        del tempfile.mine

    workers = (work,)


class HoldsPutBackFromInit:
    def __init__(self):
        assert not hasattr(string, "made")
        string.made = 1
        assert "MADE" not in os.environ
        os.environ["MADE"] = "1"
        sys.path.append("made")

    def work(self):
        self.length = sys.path.count("made")

    workers = (work, work)

    def check(self):
        assert self.length == 1


class BrokenFilters:
    def work(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                warnings.warn("old", DeprecationWarning, stacklevel=1)
            except DeprecationWarning:
                self.raised = getattr(self, "raised", 0) + 1

    def other(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")

    workers = (work, other)

    def check(self):
        assert self.raised == 1


class Settings:
    limit = 3


class BrokenPatched:
    """A patch of a class is seen by all."""

    def work(self):
        with mock.patch.object(Settings, "limit", 1):
            pass

    def look(self):
        self.seen = Settings.limit

    workers = (work, look)

    def check(self):
        assert self.seen == 3


class BrokenPatchedDict:
    def __init__(self):
        self.options = {"a": 1}

    def work(self):
        with mock.patch.dict(self.options, b=2):
            pass

    def look(self):
        self.seen = len(self.options)

    workers = (work, look)

    def check(self):
        assert self.seen == 1


class BrokenDirectory:
    """A process has one working directory."""

    def work(self):
        here = os.getcwd()
        os.chdir("/")
        os.chdir(here)

    def look(self):
        self.seen = os.getcwd()

    workers = (work, look)

    def check(self):
        assert self.seen == os.getcwd()


class BrokenExitStack:
    """What a stack calls at its end, another has changed."""

    def __init__(self):
        self.open = True

    def close(self):
        self.open = False

    def work(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self.close)
            assert self.open

    workers = (work, work)


class BrokenTasksSwap:
    """Tasks change it beside an await."""

    def __init__(self):
        string.mine = 0

    async def work(self):
        seen = string.mine
        await asyncio.sleep(0)
        string.mine = seen + 1

    workers = (work, work)

    def check(self):
        assert string.mine == 2


class BrokenOfStandardClass:
    def work(self):
        json.JSONEncoder.mine = getattr(json.JSONEncoder, "mine", 0) + 1

    workers = (work, work)

    def check(self):
        assert json.JSONEncoder.mine == 2


class HoldsOneOfStandardClass(BrokenOfStandardClass):
    """The class is put back before the next run."""

    def rest(self):
        self.rested = True

    workers = (BrokenOfStandardClass.work, rest)

    def check(self):
        assert json.JSONEncoder.mine == 1


class HoldsPatchedSleep:
    """What a patch names is what the program imports."""

    def work(self):
        with mock.patch("time.sleep") as sleep:
            time.sleep(3)
        assert sleep.call_count == 1

    workers = (work,)


class BrokenPatchedSleep(HoldsPatchedSleep):
    workers = (HoldsPatchedSleep.work, HoldsPatchedSleep.work)


class HoldsPatchedOpen:
    def work(self):
        fake = mock.mock_open(read_data="x")
        with mock.patch("builtins.open", fake), open("nothing") as file:
            assert file.read() == "x"

    workers = (work,)


class HoldsOwnBuiltin:
    def work(self):
        builtins.double = lambda number: 2 * number
        assert double(2) == 4  # noqa: F821 - a builtin by now
        del builtins.double

    workers = (work,)


def helper():
    return 1


class BrokenPatchedHelper:
    def work(self):
        with mock.patch(f"{__name__}.helper", return_value=5):
            assert helper() == 5

    workers = (work, work)

    def check(self):
        assert helper() == 1


class BrokenArguments:
    def work(self):
        old, sys.argv = sys.argv, ["mine"]
        assert sys.argv == ["mine"]
        sys.argv = old

    workers = (work, work)
