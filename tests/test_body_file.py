"""What the file of bodies promises by itself; its three copies are one text."""

from contextlib import suppress
from itertools import count

import pytest
from fetches import entries
from hypothesis import given, settings
from hypothesis import strategies as st

from fetching import offset_io
from fetching.body_file import BodyFile, Entry, Place
from fetching.journal import read_index
from fetching.offset_io import copy_all

LENGTHS = st.integers(0, 40)
PLANS = st.lists(st.tuples(LENGTHS, st.sampled_from(["keep", "release", "leave"])))


def letters(number: int, length: int) -> bytes:
    return bytes([65 + number % 26]) * length


def enter(file: BodyFile, number: int, place: Place) -> None:
    file.write(place, 0, letters(number, place.length))
    file.enter(Entry(number, str(number), place.offset, place.length, 200))


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(plans=PLANS, late=PLANS, seed=st.randoms(use_true_random=False))
def test_a_closed_file_is_its_bodies_and_nothing_else(
    tmp_path_factory, plans, late, seed
):
    """Whatever is kept, given back or left, in whatever order it comes and goes."""
    file = BodyFile(str(tmp_path_factory.mktemp("file") / "out"))
    kept, numbers, failed = {}, count(1), set()
    for wave in (plans, late):  # the second finds the gaps of the first
        places = [
            (number, file.reserve(number, length), what)
            for (length, what), number in zip(wave, numbers, strict=False)
        ]
        seed.shuffle(places)
        for number, place, what in places:
            if what == "keep":
                enter(file, number, place)
                kept[str(number)] = letters(number, place.length)
            elif what == "release":
                file.enter(Entry(number, str(number), error="it failed"))
                failed.add(str(number))

    file.close()

    content, end = file.path.read_bytes(), 0
    lines = entries(file.path)
    assert {entry["url"] for entry in lines if entry["error"]} == failed
    lines = [entry for entry in lines if not entry["error"]]
    for entry in sorted(lines, key=lambda e: (e["offset"], e["length"])):
        assert entry["offset"] == end or not entry["length"]
        end += entry["length"]
        start = entry["offset"]
        assert content[start : start + entry["length"]] == kept.pop(entry["url"])
    assert len(content) == end
    assert not kept


@pytest.mark.parametrize("gap_length", [10, 150])
@pytest.mark.parametrize("cut_at", range(1, 10))
def test_closing_the_gaps_can_be_cut_off(tmp_path, monkeypatch, gap_length, cut_at):
    """At every step each line is true: a kill there costs no body."""
    file = BodyFile(str(tmp_path / "out"))
    gap = file.reserve(99, gap_length)
    for number in range(5):
        enter(file, number, file.reserve(number, 100))
    file.enter(Entry(99, "99", error="it failed"))
    assert file.ranges.gaps == [gap]
    steps = count(1)

    def cut_off(*where):
        if next(steps) == cut_at:
            raise KeyboardInterrupt
        return copy_all(*where)

    monkeypatch.setattr(offset_io, "copy_all", cut_off)
    with suppress(KeyboardInterrupt):
        file.close()

    content = file.path.read_bytes()
    found = read_index(file.index_path)
    assert [entry.url for entry in found] == ["0", "1", "2", "3", "4", "99"]
    for entry in found[:-1]:
        assert content[entry.offset : entry.offset + 100] == letters(entry.number, 100)


def test_a_cut_off_file_is_tidied_when_it_is_resumed(tmp_path, monkeypatch):
    """What was moved twice is named once, and the gaps are closed in the end."""
    file = BodyFile(str(tmp_path / "out"))
    file.reserve(99, 10)
    for number in range(1, 6):
        enter(file, number, file.reserve(number, 100))
    monkeypatch.setattr(offset_io, "copy_all", raise_interrupt)
    with pytest.raises(KeyboardInterrupt):
        file.close()
    monkeypatch.undo()

    resumed = BodyFile(str(tmp_path / "out"), resume=True)
    assert resumed.resumed == 5
    assert resumed.is_done(3, "3")
    resumed.close()

    assert_tiled(resumed, 5)


def raise_interrupt(*where):
    raise KeyboardInterrupt


def assert_tiled(file, bodies):
    content = file.path.read_bytes()
    found = sorted(read_index(file.index_path), key=lambda entry: entry.offset)
    assert [entry.offset for entry in found] == [100 * n for n in range(bodies)]
    assert len(file.index_path.read_bytes().splitlines()) == bodies
    for entry in found:
        assert content[entry.offset : entry.offset + 100] == letters(entry.number, 100)


def test_a_chunk_that_is_too_long_for_its_place_is_refused(tmp_path):
    """It would overwrite the body behind it."""
    file = BodyFile(str(tmp_path / "out"))
    place = file.reserve(1, 3)

    with pytest.raises(ValueError, match="do not fit"):
        file.write(place, 1, b"abc")
    file.close()


def test_neither_file_is_touched_unless_both_can_be_had(tmp_path):
    """What was there before is not lost to a call that cannot run."""
    (tmp_path / "out").write_bytes(b"before")
    (tmp_path / "out.index.jsonl").mkdir()

    with pytest.raises(OSError, match="not a regular file"):
        BodyFile(str(tmp_path / "out"))

    assert (tmp_path / "out").read_bytes() == b"before"


def test_a_last_line_that_was_cut_off_is_not_a_line(tmp_path):
    """A kill may come in the middle of a write."""
    file = BodyFile(str(tmp_path / "out"))
    enter(file, 0, file.reserve(0, 3))
    file.close()
    with file.index_path.open("ab") as index:
        index.write(b'{"url": "half')

    assert [entry.url for entry in read_index(file.index_path)] == ["0"]
