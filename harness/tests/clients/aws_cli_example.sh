#!/usr/bin/env bash
# The example of the README with the AWS CLI: aws_cli_example.sh ENDPOINT. Ends with a code other than 0 if an answer is wrong.
set -euo pipefail

export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
# Nothing of the caller's own configuration is read.
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER=
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL

sfn() {
  aws --endpoint-url "$endpoint" --output text stepfunctions "$@"
}

expect() { # ACTUAL EXPECTED
  printf '%s\n' "$1"
  if [ "$1" != "$2" ]; then
    printf 'expected %s\n' "$2" >&2
    exit 1
  fi
}

endpoint="$1"
definition='{"StartAt":"Greet","States":{"Greet":{"Type":"Pass",
  "Parameters":{"greeting.$":"States.Format('"'Hello {}'"', $.name)"},"End":true}}}'

machine="$(sfn create-state-machine --name cli-greeter --role-arn arn:aws:iam::123456789012:role/any \
  --definition "$definition" --query stateMachineArn)"
execution="$(sfn start-execution --state-machine-arn "$machine" --input '{"name":"Ada"}' --query executionArn)"
expect "$(sfn describe-execution --execution-arn "$execution" --query output)" '{"greeting":"Hello Ada"}'
expect "$(sfn list-executions --state-machine-arn "$machine" --query 'executions[].status')" SUCCEEDED
expect "$(sfn get-execution-history --execution-arn "$execution" --reverse-order --query 'events[0].type')" \
  ExecutionSucceeded
expect "$(sfn validate-state-machine-definition --definition '{}' --query result)" FAIL
sfn delete-state-machine --state-machine-arn "$machine"
expect "$(sfn list-state-machines --query 'length(stateMachines[?name==`cli-greeter`])')" 0
