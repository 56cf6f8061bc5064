"""Test results as JUnit XML, which CI systems show beside the results of tests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

NOT_XML = re.compile(
    "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # characters that XML 1.0 does not allow (section 2.2)


@dataclass(frozen=True)
class Checked:
    """One thing that was checked."""

    group: str  # "lock [2 workers]"
    name: str  # "threads (3.11.7 pinned)"
    said: str  # the figures of the check, in a line
    failure: str | None = None  # why the check failed; None: it passed
    skipped: str | None = None  # why this was not checked


def as_junit(title: str, checked: Sequence[Checked]) -> str:
    """Return one suite with a test case for each thing that was checked."""
    counts = {
        "tests": len(checked),
        "failures": sum(one.failure is not None for one in checked),
        "errors": 0,
        "skipped": sum(one.skipped is not None for one in checked),
    }
    suite = ElementTree.Element("testsuite", {"name": _text(title)})
    for name, number in counts.items():
        suite.set(name, f"{number}")
    for one in checked:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_text(one.group), name=_text(one.name)
        )
        if one.failure is not None:
            ElementTree.SubElement(case, "failure", message=_text(one.failure))
        if one.skipped is not None:
            ElementTree.SubElement(case, "skipped", message=_text(one.skipped))
        ElementTree.SubElement(case, "system-out").text = _text(one.said)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _text(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    return NOT_XML.sub("\ufffd", text)
