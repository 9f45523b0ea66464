# Usage: python repro.py [ENDPOINT]. Needs Python 3 and boto3.
import itertools, json, sys, threading, time, uuid
import boto3

endpoint = sys.argv[1] if len(sys.argv) > 1 else "@ENDPOINT@"
definition = @DEFINITION@
# What each activity is answered, attempt by attempt; the last answer serves all further attempts.
activities = json.loads(@ANSWERS@)
execution_input = @INPUT@
role = "arn:aws:iam::123456789012:role/asl-conformance"
sfn = boto3.client("stepfunctions", endpoint_url=endpoint, region_name="us-east-1",
                   aws_access_key_id="test", aws_secret_access_key="test")
run, made, executions = "repro-" + uuid.uuid4().hex[:8], [], []
# A worker comes too late when its task has timed out, and at the end, when its activity is deleted.
threading.excepthook = lambda failed: print("worker:", failed.exc_value, file=sys.stderr)


def answer(token, says):
    if isinstance(says, str):  # silence
        return
    kind, body = next(iter(says.items()))
    if kind == "succeed":
        sfn.send_task_success(taskToken=token, output=json.dumps(body))
    elif kind == "fail":
        sfn.send_task_failure(taskToken=token, **{k: v for k, v in body.items() if v is not None})
    elif kind == "submitted":
        answer(token, body["then"])
    elif kind == "heartbeats":
        for _ in range(body["count"]):
            time.sleep(body["every_seconds"])
            sfn.send_task_heartbeat(taskToken=token)
        time.sleep(body["every_seconds"])
        answer(token, body["then"])


def timed_out_tasks():
    events = [event for arn in executions
              for event in sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]]
    return sum(event["type"] == "ActivityTimedOut" for event in events)


def work(arn, answers):
    for attempt in itertools.count():
        says = answers[min(attempt, len(answers) - 1)]
        if says == "unpolled":
            before = timed_out_tasks()
            while timed_out_tasks() == before:
                time.sleep(1)
            continue
        token = None
        while not token:
            token = sfn.get_activity_task(activityArn=arn).get("taskToken")
        threading.Thread(target=answer, args=(token, says), daemon=True).start()


def main():
    lowered = definition
    for number, answers in enumerate(activities):
        arn = sfn.create_activity(name=f"{run}-{number}")["activityArn"]
        made.append((sfn.delete_activity, {"activityArn": arn}))
        lowered = lowered.replace(f"@ACTIVITY_{number}@", arn)
        if answers:
            threading.Thread(target=work, args=(arn, answers), daemon=True).start()
    arn = sfn.create_state_machine(name=run, definition=lowered, roleArn=role)["stateMachineArn"]
    made.append((sfn.delete_state_machine, {"stateMachineArn": arn}))
    executions.append(sfn.start_execution(stateMachineArn=arn, name=run, input=execution_input)["executionArn"])
    for _ in range(300):
        described = sfn.describe_execution(executionArn=executions[0])
        if described["status"] != "RUNNING":
            break
        time.sleep(1)
    print({k: described.get(k) for k in ("status", "output", "error", "cause")})
    for event in sfn.get_execution_history(executionArn=executions[0])["events"]:
        print(event["id"], event["type"])


try:
    main()
finally:
    for delete, arguments in reversed(made):
        delete(**arguments)
