"""Checks a request with the official library, as a receiver would: {"secret", "headers", "body"} on
standard input. Ends with status 1 when the signature is not genuine."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

request = json.load(sys.stdin)
try:
    Webhook(request["secret"]).verify(request["body"], request["headers"])
except WebhookVerificationError as error:
    sys.exit(str(error))
