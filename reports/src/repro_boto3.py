# Usage: python repro.py [ENDPOINT]. Needs Python 3 and boto3.
import json, sys, threading, time, uuid
import boto3

endpoint = sys.argv[1] if len(sys.argv) > 1 else "@ENDPOINT@"
machines = json.loads(@MACHINES@)
execution_input = @INPUT@
role = "arn:aws:iam::123456789012:role/asl-conformance"
sfn = boto3.client("stepfunctions", endpoint_url=endpoint, region_name="us-east-1",
                   aws_access_key_id="test", aws_secret_access_key="test")
run, made = "repro-" + uuid.uuid4().hex[:8], []


def answer(token, says):
    if says == "silence":
        return
    kind, body = next(iter(says.items()))
    if kind == "succeed":
        sfn.send_task_success(taskToken=token, output=json.dumps(body))
    elif kind == "fail":
        sfn.send_task_failure(taskToken=token, **{k: v for k, v in body.items() if v is not None})
    elif kind == "heartbeats":
        for _ in range(body["count"]):
            time.sleep(body["every_seconds"])
            sfn.send_task_heartbeat(taskToken=token)
        answer(token, body["then"])


def work(arn, answers):
    attempt = 0
    while True:
        token = sfn.get_activity_task(activityArn=arn).get("taskToken")
        if token:
            threading.Thread(target=answer, args=(token, answers[min(attempt, len(answers) - 1)]), daemon=True).start()
            attempt += 1


def lower(scope, stubs):
    """Gives every activity task an activity of its own with a worker that answers as scripted."""
    for name, state in scope["States"].items():
        if ":activity:" in state.get("Resource", ""):
            arn = sfn.create_activity(name=f"{run}-{len(made)}")["activityArn"]
            made.append((sfn.delete_activity, {"activityArn": arn}))
            state["Resource"] = arn
            if stubs.get(name):
                threading.Thread(target=work, args=(arn, stubs[name]), daemon=True).start()
        for inner in state.get("Branches", []) + [state[k] for k in ("ItemProcessor", "Iterator") if k in state]:
            lower(inner, stubs)


def main():
    machine = machines[0]
    definition = machine["definition"]
    if isinstance(definition, dict):
        lower(definition, machine.get("stubs", {}))
        definition = json.dumps(definition)
    arn = sfn.create_state_machine(name=run, definition=definition, roleArn=role,
                                   type=machine.get("type", "STANDARD"))["stateMachineArn"]
    made.append((sfn.delete_state_machine, {"stateMachineArn": arn}))
    execution = sfn.start_execution(stateMachineArn=arn, name=run, input=execution_input)["executionArn"]
    for _ in range(300):
        described = sfn.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            break
        time.sleep(1)
    print({k: described.get(k) for k in ("status", "output", "error", "cause")})
    for event in sfn.get_execution_history(executionArn=execution)["events"]:
        print(event["id"], event["type"])


try:
    main()
finally:
    for delete, arguments in reversed(made):
        delete(**arguments)
