"""Reads a JUnit report as CI services do, and counts it against the logs: read_junit.py JUNIT.xml LOG.jsonl..."""

import json
import sys

from junitparser import JUnitXml

KINDS = {"Failure": ["diverge"], "Error": ["engine_error", "harness_error"]}


def main(report: str, logs: list[str]) -> None:
    verdicts: list[str] = []
    for log in logs:
        with open(log, encoding="utf-8") as file:
            verdicts += [line["case"]["verdict"] for line in map(json.loads, file) if "case" in line]
    cases = [case for suite in JUnitXml.fromfile(report) for case in suite]
    if len(cases) < len(verdicts):
        sys.exit(f"{len(cases)} test cases for {len(verdicts)} cases")
    for kind, names in KINDS.items():
        found = sum(any(type(result).__name__ == kind for result in case.result) for case in cases if case.classname)
        wanted = sum(verdict in names for verdict in verdicts)
        if found != wanted:
            sys.exit(f"{found} test cases with {kind}, {wanted} in the logs")
    print(f"junitparser read {len(cases)} test cases")


main(sys.argv[1], sys.argv[2:])
