"""What the file of bodies promises by itself; its three copies are one text."""

import errno
import os
from contextlib import suppress
from itertools import count

import pytest
from fetches import entries
from hypothesis import given, settings
from hypothesis import strategies as st

from fetching import body_file, offset_io
from fetching.body_file import BodyFile, Entry, Place
from fetching.crowd import CROWD_BYTES, CROWD_URLS
from fetching.journal import read_index
from fetching.offset_io import copy_all
from fetching.options import WHOLE_BYTES

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
    file.soon = seed.choice([None, lambda call: call(), lambda call: None])
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


def put_off(file: BodyFile) -> list:
    """The calls that a loop would make once it has nothing else to do."""
    calls: list = []
    file.soon = calls.append
    return calls


def test_what_comes_in_one_turn_is_written_together(tmp_path):
    """For two writes a URL the system takes as long as for all the rest of it."""
    file = BodyFile(str(tmp_path / "out"))
    calls = put_off(file)
    for number in range(3):
        enter(file, number, file.reserve(number, 5))
    file.enter(Entry(3, "3", error="it failed"))
    told: list = []
    file.once_written(told.append, 3)
    before = file.path.read_bytes(), file.index_path.read_bytes(), [*told]

    (call,) = calls
    call()

    assert before == (b"", b"", [])
    assert file.path.read_bytes() == b"AAAAABBBBBCCCCC"
    assert [entry["number"] for entry in entries(file.path)] == [0, 1, 2, 3]
    assert told == [3]
    file.once_written(told.append, 4)  # nothing waits
    assert told == [3, 4]
    enter(file, 4, file.reserve(4, 5))
    assert len(calls) == 2
    file.close()
    assert file.path.read_bytes() == b"AAAAABBBBBCCCCCEEEEE"


def test_bodies_are_written_before_their_lines(tmp_path, monkeypatch):
    """A kill between the two leaves bytes without a line, never the reverse."""
    file = BodyFile(str(tmp_path / "out"))
    (call, written), append = (put_off(file), []), file.journal.append
    monkeypatch.setattr(
        file.journal,
        "append",
        lambda lines: written.append(file.path.read_bytes()) or append(lines),
    )
    for number in range(3):
        enter(file, number, file.reserve(number, 5))

    call[0]()

    assert written == [b"AAAAABBBBBCCCCC"]
    file.close()


def test_what_was_put_off_is_written_before_the_file_is_closed(tmp_path):
    """Ctrl-C comes in the middle of a turn: what was done is whole and indexed."""
    file = BodyFile(str(tmp_path / "out"))
    calls = put_off(file)
    enter(file, 0, file.reserve(0, 5))
    file.write(file.reserve(1, 5), 0, b"BBBBB")  # and its line has not come

    file.close()
    for call in calls:
        call()  # the loop may still make it

    assert file.path.read_bytes() == b"AAAAA"
    assert [entry["number"] for entry in entries(file.path)] == [0]


def test_a_body_that_is_not_behind_the_last_one_is_written_by_itself(tmp_path):
    """In a gap, or behind a large one: it must not land at the end of the others."""
    file = BodyFile(str(tmp_path / "out"))
    file.reserve(9, 5)
    enter(file, 0, file.reserve(0, 5))
    calls = put_off(file)
    enter(file, 1, file.reserve(1, 5))
    file.enter(Entry(9, "9", error="it failed"))
    calls.pop()()
    for number in (2, 3):
        enter(file, number, file.reserve(number, 5))
    assert file.ranges.gaps == []
    large = file.reserve(4, WHOLE_BYTES + 1)
    enter(file, 5, file.reserve(5, 5))
    enter(file, 4, large)

    file.close()

    small = [b"C", b"A", b"B", b"D"]
    content = file.path.read_bytes()
    assert content[:20] == b"".join(5 * letter for letter in small)
    assert content[20:-5] == (WHOLE_BYTES + 1) * b"E"
    assert content[-5:] == b"FFFFF"


def test_what_waits_to_be_written_has_a_bound(tmp_path):
    """Bodies of a thousand workers would be hundreds of MiB."""
    file = BodyFile(str(tmp_path / "out"))
    put_off(file)
    for number in range(20):
        enter(file, number, file.reserve(number, WHOLE_BYTES))

    assert sum(map(len, file.crowd.bodies)) <= CROWD_BYTES + WHOLE_BYTES
    file.close()
    assert file.path.stat().st_size == 20 * WHOLE_BYTES


def test_lines_that_wait_to_be_written_have_a_bound(tmp_path):
    """Workers whose URLs all fail at once never let the loop make its call."""
    file = BodyFile(str(tmp_path / "out"))
    calls = put_off(file)
    for number in range(10 * CROWD_URLS):
        file.enter(Entry(number, str(number), error="it failed"))
        assert len(file.crowd.entries) < CROWD_URLS

    assert len(calls) == 1
    file.close()
    assert len(entries(file.path)) == 10 * CROWD_URLS


@pytest.mark.parametrize("what", ["bodies", "lines"])
def test_what_could_not_be_written_has_no_line_and_is_told(tmp_path, monkeypatch, what):
    """The disk is full: the next URL says so, and the end in any case."""
    file = BodyFile(str(tmp_path / "out"))
    calls = put_off(file)
    enter(file, 0, file.reserve(0, 5))
    calls.pop()()
    enter(file, 1, file.reserve(1, 5))
    late = file.reserve(2, 5)
    file.write(late, 0, b"CCCCC")
    owner = body_file if what == "bodies" else file.journal
    name = "write_all" if what == "bodies" else "append"
    told: list = []
    file.once_written(told.append, 1)
    monkeypatch.setattr(owner, name, raise_full)

    calls.pop()()
    monkeypatch.undo()

    for _ in range(2):
        with pytest.raises(OSError, match="No space left"):
            file.enter(Entry(2, "2", late.offset, late.length, 200))
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert told == []
    assert file.path.read_bytes() == b"AAAAA"
    assert [entry["number"] for entry in entries(file.path)] == [0]


def test_a_log_that_fails_ends_the_fetch(tmp_path):
    """What is put off must not be lost on its way to the caller of `run`."""
    file = BodyFile(str(tmp_path / "out"))
    calls = put_off(file)
    enter(file, 0, file.reserve(0, 5))
    file.once_written(raise_full)

    calls.pop()()

    with pytest.raises(OSError, match="No space left"):
        file.enter(Entry(1, "1", error="it failed"))
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert [entry["number"] for entry in entries(file.path)] == [0]


def raise_full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_line_is_json_whatever_is_in_the_url(tmp_path):
    """Half a pair of surrogates, which a caller of ours may have, is in no JSON."""
    file = BodyFile(str(tmp_path / "out"))
    urls = ["http://ä/", 'http://x/"\\\n\x7f\u2028', "http://\ud800/", "http://🍬/"]
    for number, url in enumerate(urls, 1):
        file.enter(Entry(number, url, error=f"not a URL: {url}"))
    file.close()

    found = [entry["url"] for entry in entries(file.path)]
    assert found == [url.replace("\ud800", "\\ud800") for url in urls]
    assert [entry.url for entry in read_index(file.index_path)] == found


def test_an_index_with_spaces_in_its_lines_is_read(tmp_path):
    """Another program may have written it with `json.dumps`, as we once did."""
    (tmp_path / "index").write_text(
        '{"number": 1, "url": "http://x/", "offset": 0, "length": 3, "status": 200,'
        ' "seconds": 0.000012, "error": null}\n'
    )

    assert read_index(tmp_path / "index") == [
        Entry(1, "http://x/", 0, 3, 200, 0.000012)
    ]
