#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An HTTP server for tests of the client.

    http_server.py [CERTIFICATE KEY]

It listens on 127.0.0.1, prints its port, and ends when its standard input does. The path says what
it does: /delay/MS answers after so many ms, /large/N answers N bytes, /echo answers what it read,
/cut ends the connection within the headers, /silent never answers, /redirect points elsewhere.
"""
import asyncio
import ssl
import sys
import threading


def answer(body, status="200 OK", headers=b""):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nX-Test:  a: b \r\n".encode()
    return head + headers + b"\r\n" + body


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, rest = self.data.split(b"\r\n\r\n", 1)
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
            if len(rest) < length:
                return
            self.data = rest[length:]
            self.act(head.split(b" ")[1].decode(), head + b"\r\n\r\n" + rest[:length])

    def act(self, path, request):
        parts = path.split("?")[0].split("/")
        if parts[1] == "delay":
            loop = asyncio.get_running_loop()
            loop.call_later(int(parts[2]) / 1000, self.transport.write, answer(b"done"))
        elif parts[1] == "large":
            self.transport.write(answer(b"x" * int(parts[2])))
        elif parts[1] == "echo":
            self.transport.write(answer(request, "402 Payment Required"))
        elif parts[1] == "cut":
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
            self.transport.close()
        elif parts[1] == "redirect":
            self.transport.write(answer(b"", "302 Found", b"Location: /echo\r\n"))


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=512, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()

    def wait():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()


asyncio.run(main())
