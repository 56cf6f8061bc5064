"""`x.lock` for an unknown `x`: the lock of the only class with such an attribute."""

import ast

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import NONE, Instance, Values
from bench.shape.tables.vocabulary import is_lock, words

NAMED = words("lock mutex guard sem cond")


def only_owner(types: Answers, name: str) -> Scope | None:
    """The only class in the files with an attribute of this name; else None.

    The result is None for a name that does not contain "lock" or the like, because such
    an attribute could belong to objects of any library.
    """
    if not any(part in name.lower() for part in NAMED):
        return None
    found = [one for one in types.program.scopes.values() if name in one.attributes]
    return found[0] if len(found) == 1 else None


def lock_by_name(types: Answers, name: str) -> Values:
    """The lock in `x.lock`, if the class of `x` is unknown."""
    owner = only_owner(types, name)
    if owner is None:
        return NONE
    made = types.bound(owner.attributes[name])
    sure = made and all(isinstance(v, Instance) and is_lock(v.kind) for v in made)
    return made if sure else NONE


def owned_by_name(types: Answers, node: ast.Attribute, base: Values) -> str:
    """The name `module:Class.lock` of a lock in `x.lock`; "" for anything else."""
    owner = None if base else only_owner(types, node.attr)
    known = owner is not None and lock_by_name(types, node.attr)
    return f"{owner.key}.{node.attr}" if owner is not None and known else ""
