"""Calls a function of the user's in a worker process: outcome and leftovers.

Standard library only.  Outcomes are compared as texts that do not depend on the
process: plain data, sets in order, no addresses.
"""

import asyncio
import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bench.pairs.leftovers import Left, tasks
from bench.pairs.swallowed import Swallowed
from bench.pairs.user_targets import (
    UnusableError,
    arguments,
    check_signature,
    check_takes_one,
    function_of,
    generates,
    short,
)
from bench.records.user_pairs import UserPair

Log = Callable[..., object]
# Parts of error messages.  asyncio raises these errors if code starts a loop in a
# thread in which a loop runs already.
NESTED = (
    "from a running event loop",
    "while another loop is running",
    "event loop is already running",
)
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@dataclass(frozen=True)
class Outcome:
    """The results of the calls of a window."""

    digest: str
    shown: str
    wrong: str | None = None
    # says what the calls have left behind; called between windows
    left_behind: Callable[[], str | None] | None = None
    noticed: str | None = None  # the errors after which the function continues


class Side:
    """One function of a pair, with its arguments and its check."""

    def __init__(self, own: UserPair, model: str) -> None:
        self.own = own
        self.target = own.threads if model == "threads" else own.asyncio
        self._left = Left(self.target)
        self._swallowed = Swallowed(self.target)
        self.function = function_of(self.target)
        if self._left.second_process():
            raise UnusableError(
                f"{self.target.partition(':')[0]} forked when it was imported, and a "
                "second process came back from that"
            )
        self._left.imported()
        self.positional, self.named = arguments(own.args)
        check_signature(self.target, self.function, self.positional, self.named)
        self.check = function_of(own.check) if own.check else None
        if own.check:
            check_takes_one(own.check, self.check)
        self.run = self.run_plain if model == "threads" else self.run_awaited
        self._calls = 0
        self._first_given = self._given()

    def _given(self) -> str:
        return _plain([self.positional, self.named])

    def run_plain(self, count: int, log: Log) -> Outcome:
        """Call a plain function the given number of times."""
        last: Outcome | None = None
        try:
            for _ in range(count):
                found = self.function(*self.positional, **self.named)
                if inspect.isawaitable(found):
                    _close(found)
                    raise UnusableError(
                        f"{self.target} is a coroutine function; --threads takes a "
                        "plain one"
                    )
                last = self._judged(found, last)
                if last.wrong:
                    break
        finally:
            self._left.end_second()
        return self._looked(last) if last else Outcome("", "")

    async def run_awaited(self, count: int, log: Log) -> Outcome:
        """Await a coroutine function the given number of times, in the running loop."""
        last: Outcome | None = None
        self._swallowed.watch(asyncio.get_running_loop())
        try:
            for _ in range(count):
                before = asyncio.all_tasks()
                last = self._judged(await self._awaited(), last)
                await asyncio.sleep(0)  # lets cancelled tasks end
                if reason := tasks(self.target, before):
                    last = replace(last, wrong=reason)
                if last.wrong:
                    break
        finally:
            self._left.end_second()
        return self._looked(last) if last else Outcome("", "")

    async def _awaited(self) -> Any:
        try:
            awaited = self.function(*self.positional, **self.named)
            if not inspect.isawaitable(awaited):
                raise UnusableError(
                    generates(self.target, awaited)
                    or f"{self.target} is a plain function; --asyncio takes a "
                    "coroutine function"
                )
            return await awaited
        except RuntimeError as problem:
            if not any(words in str(problem) for words in NESTED):
                raise
            raise UnusableError(
                f"{problem}: {self.target} is called in a loop that runs already"
            ) from None

    def _judged(self, found: Any, before: Outcome | None) -> Outcome:
        """Return an outcome with the reason why it is wrong, if any."""
        self._calls += 1
        if self._calls == 1 and (reason := generates(self.target, found)):
            raise UnusableError(reason)
        self._left.end_second()
        if reason := self._left.told_of_second():
            return Outcome("", "", reason)
        if self.check is not None:
            return Outcome("", short(_plain(found)), self._checked(found))
        text = _plain(found)
        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
        wrong = None
        if ADDRESS.search(text):
            wrong = (
                f"{self.target} returned {short(text)}, which cannot be compared; "
                "return plain data, or give a check"
            )
        elif before is not None and digest != before.digest:
            wrong = f"{self.target} returned {before.shown}, then {short(text)}; "
            wrong += (
                "it changes its arguments, which are the same objects in each call"
                if self._given() != self._first_given
                else "give a check that both pass"
            )
        return Outcome(digest, short(text), wrong)

    def _checked(self, found: Any) -> str | None:
        """Return why the user's check refuses an outcome; None if it accepts it.

        The check accepts an outcome with True or None.  It refuses it with a text, with
        any other value, or with an AssertionError.
        """
        assert self.check is not None
        try:
            said = self.check(found)
        except AssertionError as problem:
            said = str(problem) or False
        if said is None or said is True:
            return None
        if inspect.isawaitable(said):
            _close(said)
            raise UnusableError(
                f"{self.own.check} is a coroutine function; a check is a plain one"
            )
        reason = said if isinstance(said, str) and said else _refusal(said)
        return f"{self.own.check}: {reason} (outcome {short(_plain(found))})"

    def left_behind(self) -> str | None:
        """Name what calls have left behind.

        This is called between windows, because it is slow.
        """
        return (
            self._left.second_process()
            or self._left.threads(self._calls)
            or self._left.processes(self._calls)
        )

    def _looked(self, last: Outcome) -> Outcome:
        noticed = self._swallowed.told()
        return replace(last, left_behind=self.left_behind, noticed=noticed)


def _plain(value: Any) -> str:
    """Return a text of plain data; equal data have equal texts, in any process."""
    if isinstance(value, Mapping):
        rows = sorted((_plain(key), _plain(value[key])) for key in value)
        return "{" + ", ".join(f"{key}: {text}" for key, text in rows) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(_plain, value))) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(_plain, value)) + ",)"
    return repr(value)


def _refusal(said: Any) -> str:
    """Say what a check returned that is neither True, None nor a text."""
    returned = f"returned {short(repr(said))}"
    if isinstance(said, bool | str):
        return returned
    return f"{returned}; a check returns True, None, or a text that says what is wrong"


def _close(awaitable: Any) -> None:
    if hasattr(awaitable, "close"):
        # without a close, Python warns that the coroutine was never awaited
        awaitable.close()
