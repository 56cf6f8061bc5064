"""Mistakes as SARIF 2.1.0, which code hosts show beside the changed lines."""

import json
from collections.abc import Iterable

from bench.records.ports import Mistake

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(mistakes: Iterable[Mistake], version: str) -> str:
    """Return the log of one run; waived mistakes are marked as suppressed."""
    found = list(mistakes)
    rules = sorted({one.rule for one in found})
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "threads-vs-asyncio port",
                        "version": version,
                        "rules": [{"id": rule} for rule in rules],
                    }
                },
                "results": [_result(one) for one in found],
            }
        ],
    }
    return json.dumps(log, indent=2)


def _result(one: Mistake) -> dict[str, object]:
    made: dict[str, object] = {
        "ruleId": one.rule,
        "level": "note" if one.is_note else "error",
        "message": {"text": f"{one.what}. Instead: {one.instead}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": one.file},
                    "region": {"startLine": one.line},
                }
            }
        ],
    }
    if one.waived:
        made["suppressions"] = [{"kind": "inSource"}]
    return made
