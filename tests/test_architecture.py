"""The pages for maintainers name files, names in them, and rooms that exist."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.test_layers import ROOMS

ROOT = Path(__file__).parent.parent
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
TABLES = ("architecture", "explorer", "fetching")  # they say where to add a thing
PATH = re.compile(r"`((?:[\w.]+/)+[\w.]*)`")
FILE = re.compile(r"`(\w+\.(?:py|j2|html\.j2|css|js))`")  # beside one that has a path
NAMED = re.compile(  # `one`, `other` and `third` in `bench/file.py`
    r"((?:`[\w.]+`(?:, | and | or )?)+) (?:in|of) `([\w/]+\.py)`"
)
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


def short(value: str) -> str:
    """The begin of a part, to name a test by it."""
    return value[:50]


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
