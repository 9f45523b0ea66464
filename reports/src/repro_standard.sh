
machine="${machines[${#machines[@]} - 1]}"
execution="$(sfn start-execution --state-machine-arn "$machine" --name "$run" \
  --input "file://$work/input.json" --query executionArn --output text)"
echo "$execution" > "$work/execution"

seconds_max="${ASL_DEADLINE:-300}"
while [ "$(sfn describe-execution --execution-arn "$execution" --query status --output text)" = RUNNING ]; do
  if [ "$SECONDS" -gt "$seconds_max" ]; then
    echo "Still running after $seconds_max s (ASL_DEADLINE)."
    break
  fi
  sleep 1
done

echo "== describe-execution"
sfn describe-execution --execution-arn "$execution" --output json
echo "== get-execution-history"
sfn get-execution-history --execution-arn "$execution" --output json
