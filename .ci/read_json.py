"""Validates what is written for programs: read_json.py SCHEMAS REPORT.json LOG.jsonl..."""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator


def main(schemas: str, report: str, logs: list[str]) -> None:
    def validator(name: str) -> Draft202012Validator:
        schema = json.loads(pathlib.Path(schemas, name).read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        return Draft202012Validator(schema)

    validator("report.schema.json").validate(json.loads(pathlib.Path(report).read_text(encoding="utf-8")))
    of_line, lines = validator("run-log.schema.json"), 0
    for log in logs:
        for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines():
            of_line.validate(json.loads(line))
            lines += 1
    print(f"the report and {lines} lines of logs satisfy their schemas")


main(sys.argv[1], sys.argv[2], sys.argv[3:])
