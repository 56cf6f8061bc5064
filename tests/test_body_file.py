"""What the file of bodies promises by itself; its three copies are one text."""

import pytest
from fetches import entries
from hypothesis import given, settings
from hypothesis import strategies as st

from fetching import body_file
from fetching.body_file import BodyFile, Entry, Place

LENGTHS = st.integers(0, 40)
PLANS = st.lists(st.tuples(LENGTHS, st.sampled_from(["keep", "release", "leave"])))


def letters(number: int, length: int) -> bytes:
    return bytes([65 + number % 26]) * length


def enter(file: BodyFile, number: int, place: Place) -> None:
    file.write(place, 0, letters(number, place.length))
    file.enter(Entry(str(number), place.offset, place.length, 200))


@settings(max_examples=100, deadline=None)
@given(plans=PLANS, late=PLANS, seed=st.randoms(use_true_random=False))
def test_a_closed_file_is_its_bodies_and_nothing_else(
    tmp_path_factory, plans, late, seed
):
    """Whatever is kept, given back or left, in whatever order it comes and goes."""
    file = BodyFile(str(tmp_path_factory.mktemp("file") / "out"))
    kept = {}
    for wave in (plans, late):  # the second finds the gaps of the first
        places = [(file.reserve(length), what) for length, what in wave]
        seed.shuffle(places)
        for place, what in places:
            if what == "keep":
                number = len(kept)
                enter(file, number, place)
                kept[str(number)] = letters(number, place.length)
            elif what == "release":
                file.release(place)

    file.close()

    content, end = file.path.read_bytes(), 0
    lines = sorted(entries(file.path), key=lambda e: (e["offset"], e["length"]))
    for entry in lines:
        assert entry["offset"] == end or not entry["length"]
        end += entry["length"]
        start = entry["offset"]
        assert content[start : start + entry["length"]] == kept.pop(entry["url"])
    assert len(content) == end
    assert not kept


def test_closing_the_gaps_can_be_cut_off(tmp_path, monkeypatch):
    """A second Ctrl-C may cost the line of the body under way, and no other."""
    file = BodyFile(str(tmp_path / "out"))
    gap = file.reserve(10)
    for number in range(5):
        enter(file, number, file.reserve(100))
    file.release(gap)
    moved = []

    def cut_off(*where):
        moved.append(where)
        if len(moved) == 3:
            raise KeyboardInterrupt
        body_file_move_down(*where)

    body_file_move_down = body_file.move_down
    monkeypatch.setattr(body_file, "move_down", cut_off)
    with pytest.raises(KeyboardInterrupt):
        file.close()

    content = file.path.read_bytes()
    assert [entry["url"] for entry in entries(file.path)] == ["0", "1", "3", "4"]
    for entry in entries(file.path):
        start = entry["offset"]
        assert content[start : start + 100] == letters(int(entry["url"]), 100)


def test_a_chunk_that_is_too_long_for_its_place_is_refused(tmp_path):
    """It would overwrite the body behind it."""
    file = BodyFile(str(tmp_path / "out"))
    place = file.reserve(3)

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
    enter(file, 0, file.reserve(3))
    file.close()
    with file.index_path.open("ab") as index:
        index.write(b'{"url": "half')

    assert [entry.url for entry in body_file.read_index(file.index_path)] == ["0"]
