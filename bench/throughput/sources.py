"""Hashes of the sources that a figure depends on."""

import ast
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bench.pairs import imported_sources
from bench.pairs.catalogue import PAIRS
from bench.pairs.function_pairs import FunctionPair, file_of_module, registered
from bench.pairs.module_files import in_copy
from bench.records.models import MODELS, PACKAGES, Model
from bench.throughput import measurable

MEASURING = (
    "bench.throughput.worker",
    "bench.throughput.calling",
    "bench.throughput.jobs",
    *measurable.CARRIERS.values(),
)
# packages that `find_spec` may import to find a module; their import changes nothing
OURS = ("bench", "threaded", "asyncio_impl", "fetching")
EXAMPLES = ("threaded", "asyncio_impl", "fetching")  # the packages of the pairs


def of_pairs(
    pairs: Iterable[str], moved: tuple[str, str] | None = None
) -> dict[tuple[str, Model], str]:
    """A hash for each pair in each model, over all of its modules.

    A hash is empty if the model does not have the pair.  It is also empty if the
    imports of a user's function are unknown.  If `moved` is given, the hashes are those
    of another version: it contains the top folder of the code, and the top folder of
    the copy with that version.
    """
    top = Path(moved[1]) if moved else None
    models: tuple[Model, ...] = ("threads", "asyncio", "anyio")
    return {
        (pair, model): _of_function(own, model, moved)
        if isinstance(own := PAIRS.get(pair), FunctionPair)
        else together(modules_of(pair, model, top), top)
        for pair in pairs
        for model in models
    }


def _of_function(
    pair: FunctionPair, model: Model, moved: tuple[str, str] | None = None
) -> str:
    """A hash over a user's function, its imports and its arguments.

    Empty if the imports of the function are unknown.  Empty also for anyio, because a
    user's pair has no anyio form.
    """
    own = pair.own
    if own and moved:
        folders = tuple(in_copy(folder, *moved) for folder in own.folders)
        own = replace(own, folders=folders)
    modules = imported_sources.of_function(own, model) if own else None
    if own is None or modules is None or not modules or model == "anyio":
        return ""
    told = [pair.target(model), own.args, own.check or ""]
    parts = [*(one.encode() for one in told)]
    for name, text in sorted(modules.items()):
        parts += [name.encode(), sha256(text).encode()]
    return sha256(b"\0".join(parts))


def of_run(pairs: Sequence[str]) -> dict[str, str]:
    """The hash of each module that a run times, and of each module that times it."""
    modules = {name for pair in pairs for model in PACKAGES
               for name in modules_of(pair, model)}  # fmt: skip
    found = {name: source(name) for name in sorted({*modules, *MEASURING})}
    for own in registered(list(pairs)):
        for model in MODELS:
            found |= imported_sources.of_function(own, model) or {}
    return {name: sha256(text) for name, text in found.items() if text is not None}


def modules_of(pair: str, model: str, top: Path | None = None) -> list[str]:
    """The module of a pair in a model, and the examples' modules that it imports."""
    reached: dict[str, None] = {}
    ahead = [measurable.find(pair).module(model)]
    while ahead:
        name = ahead.pop()
        text = None if name in reached else source(name, top)
        if text is not None:
            reached[name] = None
            ahead += imported(text) if name.partition(".")[0] in OURS else ()
    return sorted(reached)


@cache
def imported(text: bytes) -> tuple[str, ...]:
    """The examples' modules in the import statements of a source."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        found += [name for name in names if name.partition(".")[0] in EXAMPLES]
    return tuple(found)


def source(module: str, top: Path | None = None) -> bytes | None:
    """The source of a module, which is not imported; None if there is no source.

    For another version of the examples, the module is searched below `top`.
    """
    if top is not None and module.partition(".")[0] in EXAMPLES:
        path = top.joinpath(*module.split("."))
        files = (path.with_suffix(".py"), path / "__init__.py")
        return next((file.read_bytes() for file in files if file.is_file()), None)
    if (file := file_of_module(module)) is not None:
        return file.read_bytes()
    if module.partition(".")[0] not in OURS:
        return None
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return None
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).read_bytes()


def together(modules: Iterable[str], top: Path | None = None) -> str:
    """One hash for several modules; empty for none."""
    texts = [source(name, top) or b"" for name in modules]
    return sha256(b"\0".join(texts)) if texts else ""


def sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
