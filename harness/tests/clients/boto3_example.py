"""The example of the README with boto3: `python boto3_example.py ENDPOINT`. Ends with code 1 if an answer is wrong."""

import json
import sys

import boto3
from botocore.config import Config

sfn = boto3.client(
    "stepfunctions",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    # StartSyncExecution goes to `sync-HOST` otherwise, which is no name of this machine.
    config=Config(inject_host_prefix=False),
)

GREETER = {
    "StartAt": "Greet",
    "States": {
        "Greet": {
            "Type": "Pass",
            "Parameters": {"greeting.$": "States.Format('Hello {}', $.name)"},
            "End": True,
        }
    },
}
ROLE = "arn:aws:iam::123456789012:role/any"


def expect(actual, expected):
    print(json.dumps(actual))
    if actual != expected:
        sys.exit(f"expected {expected!r}")


standard = sfn.create_state_machine(name="boto3-greeter", definition=json.dumps(GREETER), roleArn=ROLE)
execution = sfn.start_execution(stateMachineArn=standard["stateMachineArn"], input='{"name": "Ada"}')
described = sfn.describe_execution(executionArn=execution["executionArn"])
expect([described["status"], json.loads(described["output"])], ["SUCCEEDED", {"greeting": "Hello Ada"}])

history = sfn.get_paginator("get_execution_history").paginate(
    executionArn=execution["executionArn"], PaginationConfig={"PageSize": 2}
)
expect(
    [event["type"] for page in history for event in page["events"]],
    ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
)

express = sfn.create_state_machine(
    name="boto3-express", definition=json.dumps(GREETER), roleArn=ROLE, type="EXPRESS"
)
answer = sfn.start_sync_execution(stateMachineArn=express["stateMachineArn"], input='{"name": "Bob"}')
expect(json.loads(answer["output"]), {"greeting": "Hello Bob"})

tested = sfn.test_state(
    definition='{"Type": "Pass", "Result": 7, "Next": "Done"}', roleArn=ROLE, inspectionLevel="INFO"
)
expect([tested["status"], tested["output"], tested["nextState"]], ["SUCCEEDED", "7", "Done"])

try:
    sfn.start_execution(stateMachineArn=standard["stateMachineArn"], input="no JSON")
    sys.exit("an input that is no JSON was accepted")
except sfn.exceptions.InvalidExecutionInput as error:
    expect(error.response["Error"]["Code"], "InvalidExecutionInput")
