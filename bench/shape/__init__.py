"""Code shape: what porting a job from threads to asyncio changes, and how much.

Other tools give both files of a pair the same score, because they do not count
`await`.  The figures here measure what the model changes.  They come from the syntax
tree and the words of two files.  `bench.shape.counting.metrics` defines each figure.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.errors import CannotRunError
from bench.pairs.catalogue import Pair
from bench.pairs.function_pairs import FunctionPair
from bench.records.models import PACKAGES
from bench.records.shapes import Row, ShapeComparison
from bench.shape.alignment.classify import rows
from bench.shape.alignment.distance import edit_distance
from bench.shape.alignment.unasync import Plain, unasync
from bench.shape.colour import spread
from bench.shape.counting.metrics import measure
from bench.shape.reading.reached import reached
from bench.shape.reading.source import Source, from_path, from_text
from bench.shape.tables.correspondence import differences
from bench.shape.tables.vocabulary import MATCHED, OF_THE_LOOP, matched_primitives

ROOT = Path(__file__).parents[2]

__all__ = ["compare", "compare_sources", "compare_two", "measure", "of_pair"]


def compare(pair: Pair) -> ShapeComparison:
    """How the threaded and the asyncio file of a pair differ."""
    return compare_two(pair.name, of_pair(pair, "threads"), of_pair(pair, "asyncio"))


def of_pair(pair: Pair, model: str, variant: str | None = None) -> Source:
    """A pair's file in one model, under the name that a reader knows: threaded/lock.py.

    `variant` names another module to take from the same package: "broken.lock".
    """
    if (file := pair.source_file(model)) is not None:
        return own_function(pair, model, file)
    if isinstance(pair, FunctionPair):
        raise CannotRunError(
            f"no source of {pair.module(model)} was found; check the name of the module"
        )
    module = f"{PACKAGES[model]}.{variant}" if variant else pair.module(model)
    name = module.replace(".", "/") + ".py"
    return from_path(ROOT / name, name)


def own_function(pair: Pair, model: str, file: Path) -> Source:
    """A function of a user, with everything in its file that the function uses."""
    target = pair.target(model) if isinstance(pair, FunctionPair) else ""
    whole = from_path(file, f"{pair.module(model).replace('.', '/')}.py")
    name = target.rpartition(":")[2].partition(".")[0]
    part = reached(whole.tree, whole.lines, name)
    if part is None:
        return whole
    other = "asyncio" if model == "threads" else "threads"
    is_shared = pair.source_file(other) == file
    return from_text(target if is_shared else whole.name, part)


def compare_sources(
    name: str, threads_source: str, asyncio_source: str
) -> ShapeComparison:
    """How two sources differ; raises CannotRunError when one of them is not Python."""
    return compare_two(
        name,
        from_text(f"{name} (threads)", threads_source),
        from_text(f"{name} (asyncio)", asyncio_source),
    )


def compare_two(name: str, threads: Source, asyncio: Source) -> ShapeComparison:
    """How two files differ, line by line and figure by figure."""
    aligned = rows(threads, asyncio)
    ours, theirs = code(unasync(threads, asyncio)), code(unasync(asyncio, threads))
    found = matched_primitives(used(threads), used(asyncio))
    return ShapeComparison(
        pair=name,
        threads=measure(threads),
        asyncio=measure(asyncio),
        changed_lines=counts(aligned, threads, asyncio),
        edit_distance=edit_distance(ours, theirs),
        tokens=max(len(ours), len(theirs)),
        primitives=found,
        rules=tuple(r for ours, _ in found if ours for r in differences(ours)),
        coloured=spread({"": threads}),
        threads_source=threads.text,
        asyncio_source=asyncio.text,
        threads_file=threads.name,
        asyncio_file=asyncio.name,
        rows=aligned,
    )


def counts(aligned: Sequence[Row], threads: Source, asyncio: Source) -> dict[str, int]:
    """Rows by kind; a blank line that is paired with no line does not count."""
    return dict(
        Counter(
            row.difference
            for row in aligned
            if (row.left and row.right)
            or (row.left and threads.lines[row.left - 1].strip())
            or (row.right and asyncio.lines[row.right - 1].strip())
        )
    )


def code(words: Sequence[Plain]) -> list[str]:
    """The words of the program itself: without imports, comments and docstrings."""
    return [w.text for w in words if not w.is_remark and not w.is_import]


def used(source: Source) -> list[str]:
    """The absolute names of a model that a file's code uses, each once, in order."""
    return list(
        dict.fromkeys(
            OF_THE_LOOP.get(w.original, w.original)
            for w in unasync(source)
            if ("." in w.original or w.original in OF_THE_LOOP)
            and (w.kind in ("primitive", "life cycle") or w.original in MATCHED)
        )
    )
