"""Items that code puts into another object's list: `signal.handlers.append(f)`."""

from collections.abc import Iterator

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.scopes import Binding
from bench.shape.resolution.values import Instance


def put_outside(types: Answers, key: str, name: str) -> Iterator[Binding]:
    """The items that the files put into an attribute of instances of a class."""
    for top in types.program.putting.get(name, ()):
        for base, put in top.grown_outside[name]:
            owners = types.of(base, put.scope, put.path)
            if Instance(key) in owners:
                yield put
