"""Methods whose name is enough to find them: only related classes have the name."""

from functools import cached_property

from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.values import ClassRef
from bench.shape.tables.common_methods import COMMON


class Families:
    """The methods of the program's own classes, by name."""

    def __init__(self, types: Types) -> None:
        self.types = types

    def named(self, method: str, plain: bool = False) -> list[str]:
        """The definitions of a method, if inheritance connects all of their classes.

        The result is empty for a name that common classes also have, and for a name
        that Python itself calls.

        plain: whether the call is at a place where nothing can be awaited.  Such a call
        cannot be meant for an `async def`, so only plain definitions count.
        """
        if method in COMMON or method.startswith("__"):
            return []
        return (self._plain if plain else self._by_name).get(method, [])

    @cached_property
    def _plain(self) -> dict[str, list[str]]:
        scopes = self.types.program.scopes
        plain = {
            name: [key for key in keys if not scopes[key].is_async]
            for name, keys in self._defined.items()
        }
        return {n: keys for n, keys in plain.items() if self._one_family(keys)}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return {n: keys for n, keys in self._defined.items() if self._one_family(keys)}

    @cached_property
    def _defined(self) -> dict[str, list[str]]:
        by_name: dict[str, list[str]] = {}
        program = self.types.program
        for key in list(program.classes):
            if program.scopes[key].module in program.own:
                for child in program.scopes[key].children:
                    if child.is_function:
                        name = child.name.rpartition(".")[2]
                        by_name.setdefault(name, []).append(child.key)
        return by_name

    def _one_family(self, keys: list[str]) -> bool:
        owners = [self.types.program.scopes[key].owner for key in keys]
        return len({self._root(one.key) for one in owners if one is not None}) == 1

    def _root(self, key: str) -> str:
        """The class that stands for the whole family of a class: its root."""
        while (above := self._above.get(key, key)) != key:
            key = above
        return key

    @cached_property
    def _above(self) -> dict[str, str]:
        """Class -> a class of its family, nearer to the root; a root is no key."""
        found: dict[str, str] = {}

        def root(key: str) -> str:
            while key in found:
                key = found[key]
            return key

        for key in list(self.types.program.classes):
            for base in linear(self.types, key)[1:]:
                if isinstance(base, ClassRef) and root(base.key) != root(key):
                    found[root(key)] = root(base.key)
        return found
