
# The AWS CLI puts `sync-` before the host name of this one operation, which no emulator on loopback has.
echo "== TestState"
curl --silent --show-error "$endpoint" \
  -H 'Content-Type: application/x-amz-json-1.0' \
  -H 'X-Amz-Target: AWSStepFunctions.TestState' \
  -H "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/$AWS_DEFAULT_REGION/states/aws4_request, SignedHeaders=host, Signature=0" \
  --data "@$work/request.json"
echo
