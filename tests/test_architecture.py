"""The page for maintainers names files, names in them, and rooms that exist."""

import re
from pathlib import Path

import pytest

from tests.test_layers import ROOMS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:[\w.]+/)+[\w.]*)`", TEXT)))
NAMED = re.findall(  # `one`, `other` and `third` in `bench/file.py`
    r"((?:`[\w.]+`(?:, | and | or )?)+) (?:in|of) `([\w/]+\.py)`", TEXT
)


def test_the_page_names_enough_to_be_checked():
    """A page that is found empty must not pass."""
    assert len(PATHS) > 50
    assert len(NAMED) > 25


@pytest.mark.parametrize("path", [path for path in PATHS if "NAME" not in path])
def test_a_path_of_the_page_exists(path):
    """A file that was renamed would send its reader nowhere."""
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("names", "path"), NAMED)
def test_a_name_of_the_page_is_in_its_file(names, path):
    """A name is what a reader searches the file for."""
    found = [ROOT / path] if "/" in path else sorted((ROOT / "bench").rglob(path))
    source = "".join(one.read_text(encoding="utf-8") for one in found)
    for name in re.findall(r"`([\w.]+)`", names):
        assert re.search(rf"\b{name.rpartition('.')[2]}\b", source), (name, path)


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
