"""Pairs of the user's: two functions, named by their modules.

Standard library only: the worker process that calls the functions imports this module.
The controller never imports code of the user; it knows only the names.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS, Options, Pair
from bench.pairs.module_files import file_of
from bench.records.user_pairs import TARGET, UserPair
from bench.records.workload import Workload

NAME = re.compile(r"[A-Za-z_][\w-]*")
USUAL = Workload(workers=1, operations=0)


def checked(own: UserPair) -> UserPair:
    """Return the pair; raises CannotRunError if a name or the arguments are invalid."""
    checked_name(own.name)
    for option in ("threads", "asyncio", "check"):
        target = getattr(own, option)
        if target is not None and not TARGET.fullmatch(target):
            raise CannotRunError(
                f"{option} of {own.name} is {not_a_target(target, own.folders)}"
            )
    for option in ("args", "small"):
        text = getattr(own, option)
        if text is not None and not TARGET.fullmatch(text):
            checked_arguments(f"{option} of {own.name}", text)
    return own


@dataclass(frozen=True)
class FunctionPair(Pair):
    """A pair of the user's, as an entry of the catalogue."""

    own: UserPair | None = None

    @property
    def has_small(self) -> bool:
        """Whether the pair has small arguments, so that every schedule can be tried."""
        return self.own is not None and self.own.small is not None

    def module(self, model: str) -> str:
        """Return the module of the function of a model."""
        return self.target(model).partition(":")[0]

    def target(self, model: str) -> str:
        """Return the function of a model, as `package.module:function`."""
        assert self.own is not None
        return self.own.threads if model == "threads" else self.own.asyncio

    def source_file(self, model: str) -> Path | None:
        """Return the file of the function of a model; None if none is found."""
        assert self.own is not None
        return file_of(self.module(model), self.own.folders)

    def load(self, model: str) -> Any:
        """Return the object that calls the function; imports the user's module."""
        from bench.pairs import user_calls

        assert self.own is not None
        return user_calls.Side(self.own, model)

    def told(self) -> dict[str, Any]:
        """Return what a worker needs to know this pair."""
        assert self.own is not None
        return {
            "own": asdict(self.own),
            "path": list(self.own.folders),
            "limit_seconds": self.own.limit_seconds,
            "start_limit_seconds": self.own.limit_seconds,
            "memory_bytes": self.own.memory_bytes,
            "output_bytes": self.own.output_bytes,
        }

    def summary(self, outcome: Any) -> dict[str, Any]:
        """Return the text by which an outcome is compared across processes."""
        return {"outcome": outcome.digest, "shown": outcome.shown}

    def noticed(self, outcome: Any) -> str | None:
        """Say that the function continued after an error that no caller sees."""
        found: str | None = outcome.noticed
        return found

    def disagreement(
        self, results: Sequence[Mapping[str, Any]], model: str = "", version: str = ""
    ) -> str | None:
        """Say how the outcomes of two sides differ; None if they may be compared.

        If the pair has a check, the check alone judges the outcomes: None.
        """
        assert self.own is not None
        left, right = (one.get("outcome") for one in results)
        if self.own.check is not None or left == right:
            return None
        shown = [one.get("shown", "") for one in results]
        if version:
            return (
                f"the outcome of {self.target(model)} differs: {shown[0]} at "
                f"{version}, {shown[1]} now; compare versions that do the same, or "
                "give a check"
            )
        return (
            f"the outcomes differ: {self.own.threads} gave {shown[0]}, "
            f"{self.own.asyncio} gave {shown[1]}; make them equal, or give a check"
        )


def pair(own: UserPair) -> FunctionPair:
    """Return the pair as an entry of the catalogue."""
    return FunctionPair(
        name=own.name,
        title=own.title or f"{own.threads} and {own.asyncio}",
        primitive="yours",
        state=None,
        options=_options,
        wrong=_wrong,
        usual=USUAL,
        least_operations=1,
        least_each=1,
        tries=2,  # two short windows are enough to find what calls leave behind
        own=own,
    )


def register(owns: tuple[UserPair, ...]) -> None:
    """Add pairs of the user's to the catalogue.

    Raises CannotRunError if the catalogue already has such a name.
    """
    for own in owns:
        check_free(own.name)
        PAIRS[own.name] = pair(own)


def check_free(name: str) -> None:
    """Raise CannotRunError if a pair of this project has the name."""
    known = PAIRS.get(name)
    is_ours = known is not None and not isinstance(known, FunctionPair)
    if is_ours or name == "jobs":
        raise CannotRunError(
            f"there is a pair {name} in the catalogue; name yours otherwise"
        )


def file_of_module(module: str) -> Path | None:
    """Return the file of a module that a registered pair of the user's names."""
    for one in PAIRS.values():
        if isinstance(one, FunctionPair):
            for model in ("threads", "asyncio"):
                if one.module(model) == module:
                    return one.source_file(model)
    return None


def registered(names: list[str]) -> tuple[UserPair, ...]:
    """Return those of the pairs with these names that are the user's."""
    found = (PAIRS.get(name) for name in names)
    return tuple(one.own for one in found if isinstance(one, FunctionPair) and one.own)


def checked_name(name: str) -> None:
    """Raise CannotRunError if a text cannot be the name of a pair."""
    if not NAME.fullmatch(name) or len(name) > 40:
        raise CannotRunError(
            f"{name!r} is no name for a pair; use letters, digits, - and _, at most 40"
        )


def not_a_target(text: str, folders: Sequence[str] = ()) -> str:
    """Say what is wrong with the name of a function, and suggest the likely name."""
    told = f"{text!r}, which is not package.module:function"
    if TARGET.fullmatch(f"{text}:f") and file_of(text, folders) is not None:
        return f"{told}; name a function of the module: {text}:NAME"
    return f"{told}; {_near_target(text)}"


def _near_target(text: str) -> str:
    """Suggest the name that was meant by a path, a call, or dots alone."""
    path, _, name = text.removesuffix("()").rpartition(":")
    if path.endswith(".py"):
        parts = Path(path).with_suffix("").parts
        near = f"{'.'.join(parts[parts[0] == 'src' :])}:{name}"
    else:
        module, _, name = f"{path}.{name}".lstrip(".").rpartition(".")
        near = f"{module}:{name}"
    if TARGET.fullmatch(near):
        return f"did you mean {near}?"
    return "write it as pkg.jobs:run"


def checked_arguments(what: str, text: str) -> None:
    """Raise CannotRunError if arguments are neither an object nor a list."""
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise CannotRunError(
            f"{what} is no JSON ({problem}): {text[:60]!r}; write "
            "'{\"count\": 1000}' or '[1000]'"
        ) from None
    if not isinstance(found, dict | list):
        raise CannotRunError(
            f"{what} is {text[:60]!r}; write an object for named arguments or a list "
            f"for positional ones{f', such as [{found!r}]' * isinstance(found, int)}"
        )


def _options(workload: Workload) -> Options:
    return {"count": workload.operations}


def _wrong(outcome: Any, options: Options) -> str | None:
    reason: str | None = outcome.wrong
    if reason is None and outcome.left_behind is not None:
        reason = outcome.left_behind()
    return reason


def folders_of(folder: Path) -> tuple[str, ...]:
    """Return the folders of a project's modules: that of pyproject.toml, and `src`."""
    source = folder / "src"
    return (str(folder), *([str(source)] if source.is_dir() else []))
