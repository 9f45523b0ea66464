# Usage: ./repro.sh [ENDPOINT]. Needs bash and the AWS CLI (and curl for Express workflows).
set -euo pipefail

endpoint="${1:-${ASL_ENDPOINT:-@DEFAULT_ENDPOINT@}}"
role="${ASL_ROLE_ARN:-arn:aws:iam::123456789012:role/asl-conformance}"
if [ -z "${AWS_PROFILE:-}" ]; then
  export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-test}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-test}"
fi
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-us-east-1}" AWS_PAGER=""

work="$(mktemp -d)"
run="repro-$$-$RANDOM"
workers=()
activities=()
machines=()
: > "$work/holes.sed"
: > "$work/execution"

put() { # FILE; writes its standard input without the last line feed
  local text
  IFS= read -r -d '' text || true
  printf '%s' "${text%$'\n'}" > "$1"
}

sfn() { aws --endpoint-url "$endpoint" stepfunctions "$@"; }

clean_up() {
  set +e
  for worker in "${workers[@]+"${workers[@]}"}"; do kill -- "-$worker"; done 2> "$work/kill.log"
  for arn in "${machines[@]+"${machines[@]}"}"; do sfn delete-state-machine --state-machine-arn "$arn"; done > "$work/delete.log"
  for arn in "${activities[@]+"${activities[@]}"}"; do sfn delete-activity --activity-arn "$arn"; done > "$work/delete.log"
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

create_activity() { # NUMBER HOLE
  local arn
  arn="$(sfn create-activity --name "$run-$1" --query activityArn --output text)"
  activities+=("$arn")
  echo "$arn" > "$work/activity-$1"
  echo "s|$2|$arn|g" >> "$work/holes.sed"
}

create_machine() { # NAME TYPE HOLE; the definition is in $work/definition.json
  local arn
  sed -f "$work/holes.sed" "$work/definition.json" > "$work/lowered.json"
  if ! arn="$(sfn create-state-machine --name "$run-m${#machines[@]}" --type "$2" --role-arn "$role" \
      --definition "file://$work/lowered.json" --query stateMachineArn --output text 2> "$work/refusal.log")"; then
    cat "$work/refusal.log" >&2
    if grep -q "An error occurred (" "$work/refusal.log"; then
      echo "The definition of $1 was refused, see above."
      exit 0
    fi
    echo "No answer from $endpoint, see above." >&2
    exit 1
  fi
  machines+=("$arn")
  echo "s|$3|$arn|g" >> "$work/holes.sed"
}

timed_out_tasks() { # how many activity tasks of the execution have timed out
  sfn get-execution-history --execution-arn "$(cat "$work/execution")" \
    --query "length(events[?type=='ActivityTimedOut'])" --output text 2> "$work/history.log" || echo 0
}

work_on() { # NUMBER: answers the tasks of one activity until it is killed
  local attempt=0 token before
  until [ -s "$work/execution" ]; do sleep 0.2; done
  while true; do
    if "is_polled_$1" "$attempt"; then
      token="$(sfn get-activity-task --activity-arn "$(cat "$work/activity-$1")" --cli-read-timeout 70 \
        --query taskToken --output text)" || { sleep 1; continue; }
      if [ -z "$token" ] || [ "$token" = None ]; then continue; fi
      "answer_$1" "$attempt" "$token" || true
    else
      before="$(timed_out_tasks)"
      until [ "$(timed_out_tasks)" -gt "$before" ]; do sleep 1; done
    fi
    attempt=$((attempt + 1))
  done
}

start_worker() { # NUMBER; in a process group of its own, so that it ends with all it started
  set -m
  work_on "$1" > "$work/worker-$1.log" 2>&1 &
  workers+=($!)
  set +m
}

