"""Two versions are measured in the same blocks, but only models whose code differs."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import msgspec
import pytest
from click.testing import CliRunner

from bench.commands import run as run_command
from bench.commands.beginning import against
from bench.commands.compare import command
from bench.errors import CannotRunError
from bench.exports.junit_xml import Checked, as_junit
from bench.ledger.store import Ledger, read
from bench.pairs.catalogue import PAIRS
from bench.pairs.function_pairs import register
from bench.records.runs import Results
from bench.records.user_pairs import UserPair
from bench.report.words.answer import answer
from bench.runs import saved, versions
from bench.runs.versions import Version, take, top_of
from bench.throughput import sources
from bench.throughput.case_track import Track, elsewhere, specification
from bench.throughput.launching import ROOT, Launcher
from bench.throughput.planning import against_version, plan
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks, settings

CORES = {"pinned": None, "free": None}


@pytest.fixture
def project(tmp_path):
    """A git repository with two versions of a file."""
    top = tmp_path / "project"
    top.mkdir()

    def git(*arguments):
        subprocess.run(
            ["git", "-C", str(top), "-c", "user.name=a", "-c", "user.email=a@b",
             *arguments], check=True, capture_output=True,
        )  # fmt: skip

    git("init", "-b", "main")
    for version in ("old", "new"):
        (top / "jobs.py").write_text(f"VERSION = {version!r}\n")
        git("add", ".")
        git("commit", "-m", version)
        git("tag", version)
    return top


def test_a_revision_is_copied_as_it_was(project, tmp_path):
    """The files of the working tree stay as they are."""
    found = take("old", project, tmp_path / "run" / "before")

    assert found == Version("old", tmp_path / "run" / "before", project)
    assert (found.folder / "jobs.py").read_text() == "VERSION = 'old'\n"
    assert (project / "jobs.py").read_text() == "VERSION = 'new'\n"
    assert top_of(project) == project


def test_a_folder_is_copied_without_its_leftovers(project, tmp_path):
    """Neither the history nor an environment is measured."""
    (project / ".venv").mkdir()
    found = take(str(project), tmp_path, tmp_path / "before")

    assert found.label == "project"
    assert sorted(path.name for path in found.folder.iterdir()) == ["jobs.py"]


def test_the_harness_is_not_exchanged(tmp_path):
    """Both versions are measured by one harness."""
    (tmp_path / "old" / "bench").mkdir(parents=True)
    (tmp_path / "old" / "bench" / "cli.py").write_text("")
    (tmp_path / "old" / "threaded").mkdir()
    found = take(str(tmp_path / "old"), tmp_path, tmp_path / "before")

    assert [path.name for path in found.folder.iterdir()] == ["threaded"]


@pytest.mark.parametrize("asked", ["nowhere", "-x", "old~7"])
def test_what_is_no_version_is_refused(project, tmp_path, asked):
    """With what it could have been."""
    with pytest.raises(CannotRunError, match="revision"):
        take(asked, project, tmp_path / "before")


def test_a_folder_without_git_is_its_own_top(tmp_path):
    """A pair of a user's need not be in a repository."""
    assert top_of(tmp_path) == tmp_path


def test_each_model_is_measured_against_itself_at_the_other_version():
    """The two versions are the sides of a case, so that their blocks are shared."""
    cases = plan(("lock",), settings(against="old")).cases

    assert [
        (case.sides[0].column, case.sides[1].column) for case in cases
    ] == [("threads at old", "threads"), ("asyncio at old", "asyncio")]  # fmt: skip
    assert not any(case.against_itself for case in cases)
    assert len({case.name for case in cases}) == 2


def test_equal_code_is_not_measured():
    """There is nothing to find in it but noise."""
    cases = plan(("lock",), settings(against="old", unchanged=("lock threads",))).cases

    assert [case.sides[1].model for case in cases] == ["asyncio"]
    assert (
        against_version(cases, settings(against="x", unchanged=("lock asyncio",))) == []
    )


def test_code_is_equal_when_all_that_it_imports_is(tmp_path, capsys):
    """And what is new cannot be compared."""
    for package in ("threaded", "asyncio_impl", "fetching"):
        (tmp_path / package).mkdir()
    for name in (
        "threaded/__init__.py",
        "threaded/lock.py",
        "asyncio_impl/__init__.py",
        "asyncio_impl/lock.py",
    ):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "asyncio_impl" / "lock.py").write_text("changed = True\n")

    found = against(["lock"], Version("old", tmp_path, ROOT))

    assert found["unchanged"] == ("lock threads", "lock anyio")  # equal, and new
    assert "equal code, not measured: lock threads" in capsys.readouterr().err
    assert sources.source("threaded.nowhere", tmp_path) is None


def test_the_samples_of_a_version_record_its_own_code(project, tmp_path, monkeypatch):
    """Those of the old one had the hash of the new, so `compare` saw no change."""
    own = UserPair(
        name="mine", threads="jobs:f", asyncio="jobs:g", folders=(str(project),)
    )
    register((own,))
    monkeypatch.setitem(PAIRS, "mine", PAIRS.pop("mine"))  # removed after the test
    old = take("old", project, tmp_path / "old")
    present, at_old = (
        sources.of_pairs(["mine"], moved)
        for moved in (None, (str(project), str(old.folder)))
    )
    cases = plan(("mine",), settings(against="old"), present, at_old).cases

    assert [
        [side.source_sha256 for side in case.sides] for case in cases
    ] == [[at_old["mine", model], present["mine", model]]
          for model in ("threads", "asyncio")]  # fmt: skip
    assert present["mine", "threads"] != at_old["mine", "threads"] != ""


def test_equal_code_has_one_hash_in_every_copy(project, tmp_path, monkeypatch):
    """The same version in two runs is a control of the noise between them."""
    own = UserPair(
        name="mine", threads="jobs:f", asyncio="jobs:g", folders=(str(project),)
    )
    register((own,))
    monkeypatch.setitem(PAIRS, "mine", PAIRS.pop("mine"))  # removed after the test
    copy = take("new", project, tmp_path / "new")

    assert sources.of_pairs(["mine"], (str(project), str(copy.folder))) == (
        sources.of_pairs(["mine"])
    )


def test_two_runs_against_one_name_are_compared_by_the_code_that_each_measured(
    tmp_path,
):
    """A folder, or HEAD, can have other code in the second run."""
    for name in ("a", "b"):
        with Ledger.create(tmp_path / name) as ledger:
            asked = settings(against="base")
            ledger.append(
                msgspec.structs.replace(RUN, settings=asked, hashes_versions=True)
            )
            present = {("lock", "threads"): "now", ("lock", "asyncio"): "now too"}
            former = {key: f"{name} {key[1]}" for key in present}
            former["lock", "asyncio"] = "the same"
            for case in plan(("lock",), asked, present, former).cases:
                ledger.append_all(
                    msgspec.structs.replace(one, subject=case.sides[one.side])
                    for one in blocks(12, case=case.name)
                )
    runs = [str(tmp_path / name) for name in ("a", "b")]
    found = CliRunner().invoke(command, [*runs, "--json"]).stdout.splitlines()
    same = {
        one["model"]: one["verdict"] == "same code" for one in map(json.loads, found)
    }

    assert same == {
        "threads at base": False, "threads": True,
        "asyncio at base": True, "asyncio": True,
    }  # fmt: skip


def test_a_ledger_without_the_hashes_of_a_version_cannot_tell_equal_code(write):
    """An earlier version of this program recorded the present code there."""
    path = write("a")
    entries = read(path)
    hashed = [
        msgspec.structs.replace(
            one, subject=msgspec.structs.replace(one.subject, source_sha256="x")
        )
        for one in entries[1:]
    ]
    first = entries[0]
    late = msgspec.structs.replace(first, hashes_versions=True)

    assert [
        {one.subject.column: one.subject.source_sha256 for one in found.samples}
        for found in (saved.collect(first, hashed), saved.collect(late, hashed))
    ] == [
        {"threads at old": "", "threads": "x"},
        {"threads at old": "x", "threads": "x"},
    ]


def test_a_worker_of_the_other_version_imports_it_and_our_harness(tmp_path):
    """Its own `run` is called, and is checked and timed by ours."""
    (tmp_path / "threaded").mkdir()
    (tmp_path / "threaded" / "__init__.py").write_text("")
    (tmp_path / "threaded" / "lock.py").write_text(
        "class Account: pass\n"
        "def run(*_, **__): raise ValueError('I am the other version')\n"
    )
    [case, _] = plan(("lock",), settings(against="old")).cases
    moved = (str(ROOT), str(tmp_path))
    specs = [
        specification(
            Track(case, operations=10, windows=2), side, 0, 0, CORES, "", moved
        )
        for side in (0, 1)
    ]
    specs = [{**one, "executable": sys.executable} for one in specs]
    with Launcher() as launcher:
        old, new = launcher.readings(specs)

    assert "I am the other version" in old.reason
    assert new.status == "ok", new.reason


def test_the_folders_of_a_pair_of_yours_are_moved_with_its_project():
    """Those elsewhere stay: they are of no version."""
    told = {"own": {"name": "x", "folders": ()}, "path": ["/top/src", "/else"]}
    found = elsewhere(told, ("/top", "/copy"), is_other=True)

    assert found["path"] == ["/copy/src", "/else"]
    assert found["own"]["folders"] == ["/copy/src", "/else"]
    assert found["first"] == ["/copy"]
    assert elsewhere(told, ("/top", "/copy"), is_other=False) == told


def test_a_pair_that_the_other_version_lacks_is_refused(tmp_path, monkeypatch):
    """Its present modules would be measured as the old ones: no change, status 0."""
    project, copy = tmp_path / "project", tmp_path / "copy"
    for folder, names in ((project, ("now.py", "also.py")), (copy, ("also.py",))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text("def run(): return 1\n")
    own = UserPair(
        name="mine", threads="also:run", asyncio="now:run", folders=(str(project),)
    )
    register((own,))
    monkeypatch.setitem(PAIRS, "mine", PAIRS.pop("mine"))  # removed after the test

    with pytest.raises(CannotRunError, match=r"now\.py is not in old"):
        against(["mine"], Version("old", copy, project))


def test_a_worker_of_the_other_version_imports_nothing_of_the_current_folder(
    tmp_path, monkeypatch
):
    """A helper that is new would be imported from there."""
    copy, here = tmp_path / "copy", tmp_path / "here"
    (copy / "threaded").mkdir(parents=True)
    here.mkdir()
    (copy / "threaded" / "__init__.py").write_text("")
    (copy / "threaded" / "lock.py").write_text("import a_new_helper\n")
    (here / "a_new_helper.py").write_text("")
    monkeypatch.chdir(here)
    [case, _] = plan(("lock",), settings(against="old")).cases
    track = Track(case, operations=10, windows=2)
    spec = specification(track, 0, 0, 0, CORES, "", (str(ROOT), str(copy)))
    with Launcher() as launcher:
        [old] = launcher.readings([{**spec, "executable": sys.executable}])

    assert "No module named 'a_new_helper'" in old.reason


@pytest.fixture
def write(tmp_path):
    def write(name, ratio=1.0, count=12, **changed):
        [case, _] = plan(("lock",), settings(against="old")).cases
        run = msgspec.structs.replace(RUN, settings=settings(against="old"))
        with Ledger.create(tmp_path / name) as ledger:
            ledger.append(run)
            for one in blocks(count, ratio, case=case.name):
                side = case.sides[one.side]
                ledger.append(msgspec.structs.replace(one, subject=side))
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("ratio", "status"), [(0.9, 1), (0.95, 1), (0.98, 0), (1.0, 0), (1.2, 0)]
)
def test_a_run_against_a_version_is_a_gate(write, ratio, status):
    """A side slower by the limit is found, and equal code passes."""
    said = CliRunner().invoke(
        command, [str(write("a", ratio)), "--fail-over", "5%"], standalone_mode=False
    )

    assert said.return_value == status, said.output


@pytest.mark.parametrize(("ratio", "status"), [(0.8, 1), (1.0, 0)])
def test_a_resumed_run_keeps_its_gate(write, ratio, status, monkeypatch):
    """A gate in CI that is killed and resumed must not turn green."""
    folder = write("run", ratio)
    first = msgspec.structs.replace(read(folder)[0], fail_over=0.05)
    monkeypatch.setattr(run_command, "finish", lambda *_, **__: [])

    assert run_command.finished(folder, first, opened=False) == status
    assert (
        run_command.finished(
            folder, msgspec.structs.replace(first, fail_over=None), opened=False
        )
        == 0
    )


def test_what_cannot_be_told_is_no_pass(write):
    """Status 0 would say that nothing became slower."""
    said = CliRunner().invoke(command, [str(write("a", count=3)), "--fail-over", "5%"])

    assert isinstance(said.exception, CannotRunError), said.output
    assert "too few blocks for a verdict" in str(said.exception)


def test_the_headline_says_what_changed(write):
    """In a line, with how much."""
    said = answer(saved.results(write("a", 0.9))).headline

    assert said.startswith("Against old: Of 1 side: 1 changed: lock threads (")
    assert "% slower" in said


def test_the_headline_names_the_workload_of_a_pair_with_several(tmp_path):
    """Two sides had the same name."""
    asked = settings(against="old", workers=(2, 9))
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append(msgspec.structs.replace(RUN, settings=asked))
        for case in plan(("lock",), asked).cases:
            for one in blocks(12, 0.8, case=case.name):
                side = case.sides[one.side]
                ledger.append(msgspec.structs.replace(one, subject=side))
    said = answer(saved.results(tmp_path / "run")).headline

    assert "4 changed: lock [2 workers] threads (" in said


def test_nothing_changed_is_an_answer():
    """All code is equal."""
    import msgspec

    run = msgspec.structs.replace(RUN, settings=settings(against="old"))

    assert answer(Results(run=run)).headline == (
        "Against old no code changed that is measured."
    )


def test_verdicts_are_told_to_machines(write, tmp_path):
    """As JSON, and as a CI system reads results of tests."""
    run = str(write("a", 0.9))
    lines = CliRunner().invoke(command, [run, "--json"]).output.splitlines()
    CliRunner().invoke(
        command,
        [run, "--fail-over", "5%", "--junit", str(tmp_path / "out.xml")],
        standalone_mode=False,
    )
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]

    assert [json.loads(line)["verdict"] for line in lines] == ["slower"]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert "slower: by" in suite[0].find("failure").get("message")


def test_junit_can_hold_any_name():
    """A control character has no place in XML."""
    text = as_junit("a\x00<b>", [Checked("g", "n\x1b", "s", skipped="why")])

    assert ElementTree.fromstring(text)[0].get("skipped") == "1"


def test_a_run_that_was_not_made_against_a_version_is_refused_alone(tmp_path):
    """It is one of two runs to compare."""
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append_all([RUN, *blocks(6)])
    said = CliRunner().invoke(command, [str(tmp_path / "run")])

    assert "name two runs to compare" in str(said.exception)
    assert versions.FOLDER == "before"
