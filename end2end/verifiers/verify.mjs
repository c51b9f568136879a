// Checks a request with the official library, as a receiver would: {"secret", "headers", "body"} on
// standard input. Ends with status 1 when the signature is not genuine.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  new Webhook(secret).verify(body, headers);
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
