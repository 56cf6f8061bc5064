"""The pages for maintainers name files, names in them, and rooms that exist."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.test_layers import ROOMS

TESTS = Path(__file__).parent
ROOT = TESTS.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# The pages, and the folder below which each of them names files.
PAGES = {
    "architecture": ROOT,
    "explorer": ROOT / "bench" / "correctness",
    "fetching": ROOT,
    "decide": ROOT,
    "porting": ROOT,
    "measuring": ROOT,
    "many_machines": ROOT / "bench" / "correctness",
}
TABLES = {  # they say where to add a thing, below this title
    "architecture": "Where do I add",
    "explorer": "Where do I add",
    "fetching": "Where things are",
}
PATH = re.compile(r"`((?:[\w.]+/)+[\w.]*)`")
FILE = re.compile(r"`(\w+\.(?:py|j2|html\.j2|css|js))`")  # beside one that has a path
NAMED = re.compile(  # `one`, `other` and `third` in `bench/file.py`
    r"((?:`[\w.]+`(?:, | and | or )?)+) (?:in|of) `([\w/]+\.py)`"
)
TESTED_IN = "tested in"  # heads the column of tests in the tables of TABLES
NOTHING_TO_TEST = "none: docs only"
OF_MODELS = "connections/"  # in each model: `connections/session.py` of each model
OF_USERS = ".explore/"


def parts(text: str) -> list[str]:
    """The rows of the tables, and the paragraphs, each as one line."""
    found = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.splitlines()
        is_table = any(line.startswith("|") for line in lines)
        found += lines if is_table else [" ".join(map(str.strip, lines))]
    return found


def of_pages(
    pattern: re.Pattern[str], pages: Iterable[str] = PAGES
) -> list[tuple[str, str]]:
    """The parts of the pages in which a pattern occurs, each with its page."""
    return [
        (page, part)
        for page in pages
        for part in parts((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))
        if pattern.search(part)
    ]


def short(value: str | list[str]) -> str:
    """The begin of a part, or of a row, to name a test by it."""
    return (value if isinstance(value, str) else value[0])[:50]


def place(page: str, path: str) -> Path:
    """Where a path of a page is: below its folder, or else below the project's."""
    if path.startswith(OF_MODELS):
        return ROOT / "asyncio_impl" / path
    near = PAGES[page] / path
    return near if near.exists() else ROOT / path


def paths(page: str, line: str) -> list[Path]:
    """What the paths of a line stand for, but for those of no one place."""
    return [
        place(page, path)
        for path in PATH.findall(line)
        if "NAME" not in path and not path.startswith(OF_USERS)
    ]


def beside(page: str, line: str, file: str) -> list[Path]:
    """The files of a name in the folders that a line names, or anywhere if none."""
    named = [path if path.is_dir() else path.parent for path in paths(page, line)]
    if not named:
        return sorted((ROOT / "bench").rglob(file))
    places = [*named, PAGES[page]]
    return [folder / file for folder in places if (folder / file).exists()]


def test_the_pages_name_enough_to_be_checked():
    """A page that is found empty must not pass."""
    for page, least in zip(TABLES, (100, 60, 10), strict=True):
        found = [PATH.findall(line) for name, line in of_pages(PATH) if name == page]
        assert len(found) > least / 4
        assert sum(map(len, found)) > least
    assert len(of_pages(NAMED)) > 60


@pytest.mark.parametrize(("page", "line"), of_pages(PATH), ids=short)
def test_a_path_of_a_page_exists(page, line):
    """A file that was renamed would send its reader nowhere."""
    assert not [path for path in paths(page, line) if not path.exists()]


@pytest.mark.parametrize(("page", "line"), of_pages(FILE, TABLES), ids=short)
def test_a_file_without_a_folder_is_beside_one_that_has_it(page, line):
    """The reader looks for it in the folder that the row names."""
    assert not [file for file in FILE.findall(line) if not beside(page, line, file)]


@pytest.mark.parametrize(("page", "line"), of_pages(NAMED), ids=short)
def test_a_name_of_a_page_is_in_its_file(page, line):
    """A name is what a reader searches the file for."""
    for names, path in NAMED.findall(line):
        is_whole = "/" in path
        found = [place(page, path)] if is_whole else beside(page, line, path)
        source = "".join(one.read_text(encoding="utf-8") for one in found)
        for name in re.findall(r"`([\w.]+)`", names):
            if not name.endswith(".py"):
                word = name.rpartition(".")[2]
                assert re.search(rf"\b{word}\b", source), (name, path)


def columns(line: str) -> list[str]:
    """The cells of a row of a table; a bar in code is written `\\|`."""
    return [one.strip() for one in re.split(r"(?<!\\)\|", line)[1:-1]]


def rows_with_tests() -> list[tuple[str, list[str]]]:
    """The rows of the tables that have a column of tests, each with its page."""
    found, tables = [], re.compile(r"(?m)^\|.*\n(?:\|.*(?:\n|\Z))*")
    for page in TABLES:
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        for table in tables.findall(text):
            head, _, *rows = map(columns, table.splitlines())
            if head[-1] == TESTED_IN:
                found += [(page, row) for row in rows]
    return found


def test_each_table_that_says_where_to_add_a_thing_says_where_its_test_is():
    """A change without its test is half done, and tests are many."""
    for page, title in TABLES.items():
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        _, section = re.split(rf"(?m)^#+ {title}.*$", text)
        heads = re.findall(r"(?m)^\|(.*)\|\n\|-", section.partition("\n## ")[0])
        assert heads
        assert all(head.endswith(f" {TESTED_IN} ") for head in heads)


@pytest.mark.parametrize(("page", "row"), rows_with_tests(), ids=short)
def test_a_row_names_the_file_of_its_test(page, row):
    """Each of them exists: a renamed test would send its reader nowhere."""
    what, _, tested = row
    if tested == NOTHING_TO_TEST:
        return
    named = [one for one in paths(page, tested) if one.is_relative_to(TESTS)]
    near = [beside(page, tested, file) for file in FILE.findall(tested)]

    assert named, what
    assert all(one.exists() for one in named)
    assert all(near)


@pytest.mark.parametrize("package", ROOMS)
def test_a_table_of_rooms_is_the_one_that_is_checked(package):
    """A reader plans imports with this table, and the other test refuses them."""
    outer, *sections = re.split(r"(?m)^### (?=The rooms of)", TEXT)
    titles = {"bench.correctness": "the explorer", "bench": ""}
    title = titles.get(package, f"`{package.removeprefix('bench.')}`")
    inner = [one for one in sections if one.startswith(f"The rooms of {title}\n")]
    assert package == "bench" or len(inner) == 1
    rows = re.findall(
        r"^\| `([\w.]+)` \| [^|]+ \|([^|]*)\|$",
        outer if package == "bench" else inner[0],
        re.MULTILINE,
    )
    written = {room: set(imports.replace(",", " ").split()) for room, imports in rows}
    checked = {room: set(imports.split()) for room, imports in ROOMS[package].items()}

    assert written == {room: checked[room] for room in checked if room in written}
    assert [*written] == [room for room in checked if room != "models"]
