"""A failure in one line: what was raised, and where."""

import json

import pytest

from bench.pairs.user_targets import UnusableError
from bench.throughput import reasons, worker
from bench.throughput.guarding import visible


def raised(error):
    """The same error, as it is caught where it was raised."""
    try:
        raise error  # noqa: TRY301 - for its traceback
    except BaseException as caught:
        return caught


def test_a_group_is_told_by_what_is_in_it():
    """Its traceback ends with a line of dashes."""
    away = raised(ConnectionError("device 2 is away"))
    group = raised(ExceptionGroup("unhandled errors in a TaskGroup", [away]))
    said = reasons.summary(group)

    assert said.startswith(
        "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception): "
        "ConnectionError: device 2 is away (test_reasons.py:"
    )
    assert worker._formatted(group).splitlines()[-1] == said


def test_groups_within_groups_are_told_by_their_errors():
    """Up to three, and how many more there are."""
    inner = ExceptionGroup("inner", [OSError(5, "no route"), ValueError("x")])
    group = ExceptionGroup("outer", [inner, KeyError("y"), TypeError("z")])

    assert reasons.summary(group).endswith(
        ": OSError: [Errno 5] no route; ValueError: x; KeyError: 'y'; and 1 more"
    )


def test_an_error_names_the_line_that_raised_it():
    """The user's own, not that of a library that it called."""
    try:
        json.loads("{")
    except ValueError as error:
        said = reasons.summary(error)

    assert "JSONDecodeError: Expecting property name" in said
    assert "(test_reasons.py:" in said
    assert "in test_an_error_names_the_line_that_raised_it)" in said


def test_a_syntax_error_names_its_line():
    """It is in the file that was to be imported, not in what imports it."""
    error = SyntaxError("invalid syntax", ("/home/a/jobs.py", 7, 3, "def f(:"))

    assert reasons.summary(error) == "SyntaxError: invalid syntax (jobs.py:7)"


def test_an_import_that_ends_the_process_says_that_it_did():
    """`SystemExit: 3` alone says nothing of when."""
    code = compile("raise SystemExit(3)", "/home/a/jobs.py", "exec")
    with pytest.raises(SystemExit) as caught:
        exec(code, {})

    assert reasons.summary(caught.value) == "SystemExit: 3 (jobs.py:1 at its import)"


def test_a_message_of_several_lines_is_one():
    """A row has one."""
    assert reasons.summary(ValueError("a\n  b\n\nc")) == "ValueError: a b c"


def test_our_own_reasons_have_no_name_of_a_class_before_them():
    """It would be a name of the harness, of which a user knows nothing."""
    error = raised(UnusableError("a:f is 3, not a function"))

    line = worker._formatted(error).splitlines()[-1]
    assert line == "cannot be used: a:f is 3, not a function"
    assert reasons.told("crashed", line) == line  # it never ran


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        ("hung", "no result after 2 s\nstacks", "hung: no result after 2 s"),
        ("crashed", "Traceback\nValueError: x\n", "crashed: ValueError: x"),
        ("killed", None, "killed: no reason given"),
        ("wrong", "\n", "wrong: no reason given"),
    ],
)
def test_of_a_hang_the_first_line_says_it_and_else_the_last(status, reason, said):
    """What follows a hang are stacks, what precedes an error a traceback."""
    assert reasons.told(status, reason) == said


@pytest.mark.parametrize(
    "hidden",
    [
        "\x1b[31m",
        "\x9b31m",
        "\x1b]0;title\x07",
        "\x9d8;;x\x9c",
        "\u202e",
        "\u200b\ufeff",
    ],
)
def test_a_failure_is_told_without_what_a_terminal_would_obey(hidden):
    """Controls of one byte, and characters that turn the line around, were printed."""
    assert visible(f"a{hidden}b") == "ab"
