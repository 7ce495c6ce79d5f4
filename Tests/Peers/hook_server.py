#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A receiver of signed webhooks for tests.

    hook_server.py FILE SECRET

It listens on 127.0.0.1, prints its port, and ends when its standard input does. Each request is a
line of JSON in FILE: path, key, body, and whether the signature is right. The path says what is
answered: /status/N that status, /break ends the connection, anything else 204.
"""
import hashlib
import hmac
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FILE, SECRET = sys.argv[1], sys.argv[2].encode()
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = dict(p.split("=", 1) for p in self.headers["Billrun-Signature"].split(","))
        signed = parts["t"].encode() + b"." + body
        is_right = parts["v1"] == hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
        line = json.dumps({
            "path": self.path, "key": self.headers["Idempotency-Key"], "signed": is_right,
            "type": self.headers["Content-Type"], "body": json.loads(body)})
        with lock, open(FILE, "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if self.path == "/break":
            self.close_connection = True
            return
        status = int(self.path.split("/")[2]) if self.path.startswith("/status/") else 204
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


main()
