"""A receiver that shares no code with Crier: logs each request as a line of JSON in the file that it is given.

On standard output it says its port. The path says how it answers: /status/503 with that status, /slow/2000
after two seconds, /redirect with 302, /echo with the request itself, /token with an access token (the client's
secret backwards), anything else with 200. With a certificate and its key in PEM files it speaks TLS.
"""

import base64
import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.Lock()
LOG = open(sys.argv[1], "a", encoding="utf-8")


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        line = json.dumps(
            {
                "method": self.command,
                "path": self.path,
                "headers": [[name.lower(), value] for name, value in self.headers.items()],
                "body": base64.b64encode(body).decode(),
            }
        )
        with LOCK:
            print(line, file=LOG, flush=True)
        parts = self.path.split("?")[0].split("/")
        status = 200
        if parts[1] == "status":
            status = int(parts[2])
        elif parts[1] == "redirect":
            status = 302
        elif parts[1] == "slow":
            time.sleep(int(parts[2]) / 1000)
        text = b"" if self.command == "HEAD" else b"thank you"
        if parts[1] == "echo":
            text = json.dumps([list(self.headers.items()), body.decode()]).encode()
        elif parts[1] == "token":
            client = base64.b64decode(self.headers["authorization"].split(" ")[1]).decode()
            token = client.split(":")[1][::-1]
            text = json.dumps({"access_token": token, "expires_in": 60}).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/elsewhere")
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_HEAD = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
