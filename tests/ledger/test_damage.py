"""A damaged ledger costs one line: which line, what is wrong, what to do."""

import io
import json
import random

import msgspec
import pytest
from rich.console import Console

from bench.errors import CannotRunError
from bench.exports.samples_csv import as_csv
from bench.ledger import store, sweeps
from bench.ledger.soundness import flaw
from bench.ledger.store import LEDGER, Ledger
from bench.report.terminal import summary
from bench.runs import history, saved
from bench.throughput import inference
from bench.throughput.changes import changes
from bench.throughput.doubts import doubts
from tests.ledger.test_merging import RUN
from tests.report.sample_results import rich
from tests.throughput.fakes import blocks, sample

CHANGES = 400
BYTES = b'0123456789-eE.,:"[]{}<\xff\r\n\x00'


@pytest.fixture
def folder(tmp_path):
    """A run with records of every kind."""
    known = rich()
    records = [
        RUN,
        *blocks(6),
        *known.certificates[:3],
        *known.shapes,
        *known.internals,
        *known.measurements,
        known.end,
    ]
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append_all(records)
    return tmp_path / "run"


def damaged(content, seed):
    """The ledger with one byte replaced, added or lost, in any line."""
    drawn = random.Random(seed)
    lines = content.split(b"\n")[:-1]
    number = drawn.randrange(len(lines))
    line = bytearray(lines[number])
    at = drawn.randrange(len(line))
    match drawn.randrange(4):
        case 0:
            line[at] = drawn.randrange(256)
        case 1:
            line.insert(at, drawn.choice(BYTES))
        case 2:
            del line[at]
        case _:
            line[at] = drawn.choice(BYTES)
    lines[number] = bytes(line)
    return b"\n".join(lines) + b"\n"


@pytest.mark.long
def test_a_changed_byte_is_read_or_refused_in_one_line(folder):
    """109 of 400 were tracebacks."""
    path = folder / LEDGER
    content = path.read_bytes()
    whole = saved.results(folder)
    refused = []
    for seed in range(CHANGES):
        path.write_bytes(damaged(content, seed))
        try:
            found = saved.results(folder)
        except CannotRunError as problem:
            refused.append(str(problem))
            continue
        summary.show(found, Console(file=io.StringIO(), width=80))
        doubts(found)
        as_csv(found.samples)
        changes(whole.samples, found.samples)

    assert CHANGES / 10 < len(refused) < CHANGES
    assert all("\n" not in text for text in refused)
    assert all(
        "is corrupt" in text or "give the folder" in text or "does not begin" in text
        for text in refused
    )


def written(folder, *lines):
    (folder / LEDGER).write_bytes(b"".join(line + b"\n" for line in lines))
    return folder


def test_a_later_format_is_not_called_corrupt(folder):
    """It has records that this version does not know: not to be deleted."""
    first = json.loads(msgspec.json.encode(RUN)) | {"format": 9, "new": [1]}
    later = written(folder, json.dumps(first).encode(), b'{"kind": "surprise"}')

    with pytest.raises(CannotRunError, match=r"has format 9.*update this program"):
        store.read(later)


def encoded(**changed):
    made = msgspec.to_builtins(sample(0, 0, 0, 1e-6))
    return json.dumps({"kind": "sample", **made, **changed}).encode()


@pytest.mark.long
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (encoded(windows=[]), "0 windows"),
        (encoded(windows=[1e-6, 0.0, 1e-6]), "no length"),
        (encoded(windows=[1e-6, -1.0, 1e-6]), "no length"),
        (encoded(windows=[1e-6, 1e300, 1e-6]), "no length"),
        (encoded(seconds_per_operation=None), "ended well"),
        (encoded(side=7), "side 7"),
        (encoded(block=-1), "block -1"),
        (encoded(workload={"cpu_share": 9.5}), "share of computing is 9.5"),
        (encoded(workload={"workers": -2}), "size of the workload"),
        (b'{"kind": "sample", "case": "\xff"}', "corrupt"),
        (b'{"kind": "measurement", "name": "a", "title": "b", "values": {"c": 1e99}}',
         "is too large or not a number"),
        (b"", "corrupt"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_computed_with_is_named_by_its_line(folder, line, said):
    """With what is wrong, and what to do."""
    broken = written(folder, msgspec.json.encode(RUN), line, encoded())

    with pytest.raises(CannotRunError, match="line 2 is corrupt") as raised:
        store.read(broken)
    assert said in str(raised.value)
    assert "delete that line" in str(raised.value)


def test_the_first_line_is_not_to_be_deleted(folder):
    """Without it there is no run."""
    line = msgspec.json.encode(RUN).replace(b'"started"', b'"x"')
    with pytest.raises(CannotRunError, match="line 1 is corrupt") as raised:
        store.read(written(folder, line))

    assert "delete" not in str(raised.value)


@pytest.mark.parametrize("started", ["1e30", "1e12", "-1e30", "-1"])
def test_a_time_that_is_no_date_is_refused_where_it_is_read(folder, started, tmp_path):
    """A page or a history ended in a traceback, after half of its output."""
    first = msgspec.json.encode(RUN).replace(b":5.0", f":{started}".encode(), 1)
    sweep = f'{{"started":{started}}}'
    kept = f'{{"format":1,"runs":[{{"started":{started}}}]}}'
    (tmp_path / sweeps.SWEEP).write_text(sweep)
    (tmp_path / "kept.json").write_text(kept)

    with pytest.raises(CannotRunError, match=r"line 1 is corrupt .*\$.started"):
        store.read(written(folder, first))
    with pytest.raises(CannotRunError, match=r"describes no sweep .*\$.started"):
        sweeps.read(tmp_path)
    with pytest.raises(CannotRunError, match=r"is no history .*\$.runs\[0\].started"):
        history.read(tmp_path / "kept.json")


def test_all_that_is_written_is_sound(folder):
    """The check refuses nothing that a run writes."""
    assert [flaw(entry) for entry in store.read(folder)] == [None] * len(
        store.read(folder)
    )
    killed = sample(0, 0, 0, 1.0, status="killed", windows=())
    assert flaw(killed) is None


@pytest.mark.long
@pytest.mark.parametrize("count", [1029, 1030, 5000])
def test_very_many_blocks_have_an_interval(count):
    """A power of two beyond a float was an error."""
    found = inference.interval([float(number) for number in range(count)])

    assert 0.95 <= found.confidence < 0.96


def test_markup_in_a_name_is_text():
    """A pair may be called `[red]`, or `[/red]`, which is an error of the markup."""
    named = [
        msgspec.structs.replace(
            one,
            case="[/red] [bold]x",
            subject=msgspec.structs.replace(one.subject, pair="[/red]"),
        )
        for one in blocks(6)
    ]
    out = io.StringIO()
    summary.show(saved.collect(RUN, named), Console(file=out, width=80))

    assert "[/red]" in out.getvalue()
