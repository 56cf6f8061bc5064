"""Where a port goes, however the place is named, and files that are ports already."""

import pytest
from click.testing import CliRunner

from bench.commands import port as port_command

PLAIN = "import time\ndef work():\n    time.sleep(0)\n"
USES = "from jobs import work\ndef main():\n    work()\n    print('done')\n"


def invoke(*arguments):
    result = CliRunner().invoke(port_command.command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A directory with two files, of which one imports the other, and one below it."""
    folder = tmp_path / "project"
    (folder / "below").mkdir(parents=True)
    for name, text in {"jobs": PLAIN, "uses": USES, "below/jobs": PLAIN}.items():
        (folder / f"{name}.py").write_text(text)
    (tmp_path / "link").symlink_to("project")
    monkeypatch.chdir(folder)
    return folder


PLACES = {
    ".": "../aproject",
    "./": "../aproject",
    "below/..": "../aproject",
    "below": "abelow",
    "below/": "abelow",
    "below/.": "abelow",
    "../project/": "../aproject",
    "../link": "../alink",
    "../link/": "../alink",
    "jobs.py": "ajobs.py",
    "./jobs.py": "ajobs.py",
    "below/jobs.py": "below/ajobs.py",
    "below/../jobs.py": "below/../ajobs.py",
}


@pytest.mark.parametrize("given", PLACES)
def test_a_port_goes_beside_what_was_given(given, project):
    """However its place is written: "." and ".." have no name of their own."""
    said = " ".join(invoke(given).split())

    option = f"--draft > {PLACES[given]}" if given.endswith(".py") else "--into "
    into = option if given.endswith(".py") else option + PLACES[given]
    assert f"python -m bench port {given} {into} " in said


def test_the_directory_above_is_a_place_too(project, monkeypatch):
    """`port ..` in a directory of a project."""
    monkeypatch.chdir(project / "below")

    assert "port .. --into ../../aproject" in " ".join(invoke("..").split())


@pytest.mark.parametrize("given", PLACES)
def test_an_absolute_place_is_as_good(given, project):
    """It is printed as it was given."""
    place = str(project / given)
    said = "".join(invoke(place).split())

    assert f"port{place}" in said.replace("'", "")


def test_a_file_that_is_a_link_is_written_under_its_own_name(project, tmp_path):
    """Its target stands outside the directory."""
    (tmp_path / "far.py").write_text(PLAIN)
    (project / "near.py").symlink_to("../far.py")
    invoke(".", "--into", "../ported")

    assert "async def work" in (tmp_path / "ported" / "near.py").read_text()


def drafts_beside(project):
    """The drafts of both files, finished as their comments say."""
    for name in ("jobs", "uses"):
        draft = invoke(f"{name}.py", "--draft")
        lines = [line for line in draft.split("\n") if "# port:" not in line]
        text = "\n".join(lines).replace("from jobs", "from ajobs")
        (project / f"a{name}.py").write_text(text)


def test_a_draft_beside_its_file_is_left_as_it_is(project, tmp_path):
    """A directory is ported again when it holds drafts already."""
    drafts_beside(project)
    said = invoke(".", "--into", "../ported")

    assert said == (
        "../ported: 5 files written; ports already, and copied as they are: ajobs.py,"
        " auses.py\n"
    )
    for name in ("ajobs.py", "auses.py"):
        text = (tmp_path / "ported" / name).read_text()
        assert text == (project / name).read_text()
    assert "await work()" in (tmp_path / "ported" / "uses.py").read_text()


def test_the_plan_says_that_a_draft_is_left(project):
    """And what there is to do with one."""
    drafts_beside(project)
    said = " ".join(invoke(".").split())

    assert said.count("This file is a port already, and is left as it is.") == 2
    assert "python -m bench port ajobs.py --check" in said


MADE = {
    "a comment": "import time\nasync def work():\n    # port: x\n    time.sleep(0)\n",
    "a definition of a draft": "import time\ndef as_requests(): pass\n"
    "async def work():\n    time.sleep(0)\n",
}


@pytest.mark.parametrize("why", MADE)
def test_a_draft_is_known_alone_too(why, tmp_path):
    """By its comments, and by what it brings along."""
    file = tmp_path / "half.py"
    file.write_text(MADE[why])

    assert invoke(str(file), "--draft") == MADE[why]


def test_a_file_of_both_kinds_is_ported(tmp_path):
    """An async function that blocks is mended; what is awaited is not awaited twice."""
    file = tmp_path / "both.py"
    file.write_text(
        "import time\n"
        "def load(n):\n    time.sleep(n)\n"
        "async def main():\n    time.sleep(0)\n    await load(0)\n"
    )
    draft = invoke(str(file), "--draft")

    assert "async def load" in draft
    assert "    await asyncio.sleep(0)\n    await load(0)\n" in draft
