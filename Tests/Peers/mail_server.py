#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server for tests, of aiosmtpd: what an address says is what becomes of it.

    mail_server.py FOLDER [PORT]

It listens on 127.0.0.1, prints its port, and ends when its standard input does. Each message that
it takes is a file in FOLDER, N.eml, with the envelope in N.json, and a line in FOLDER/log: its
Message-ID. An address that begins with one of these gets another answer than 250:

    refused@     550 at RCPT          deferred@    451 at RCPT
    policy@      550 5.7.1 at RCPT    once@        451 the first time, then 250
    spam@        554 after DATA       busy@        451 after DATA
    dies@        the connection ends after DATA, the message was taken
    lost@        the connection ends after DATA, the message was not taken
    slow@        the answer after DATA comes after a while

Variables: MAIL_CERTIFICATE and MAIL_KEY (STARTTLS is demanded; with MAIL_IMPLICIT=1 the port
speaks TLS from the beginning), MAIL_USER and MAIL_PASSWORD (login is demanded), MAIL_DELAY
(seconds before each answer to DATA), MAIL_MOST (messages of one connection, then 421).
"""
import asyncio
import json
import logging
import os
import ssl
import sys
import threading
import warnings
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, AuthResult

# Broken connections are what tests want of it: its own words on them would hide the tests'.
logging.disable()
warnings.simplefilter("ignore")

FOLDER = sys.argv[1]
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 0
DELAY = float(os.environ.get("MAIL_DELAY", "0"))
MOST = int(os.environ.get("MAIL_MOST", "0"))
SLOW = float(os.environ.get("MAIL_SLOW", "1"))
seen_once = set()


class Handler:
    """Decides by address, and keeps what is taken."""

    def __init__(self):
        self.count = len([name for name in os.listdir(FOLDER) if name.endswith(".eml")])

    async def handle_MAIL(self, server, session, envelope, address, options):
        session.messages = getattr(session, "messages", 0) + 1
        if MOST and session.messages > MOST:
            return "421 4.7.0 enough for one connection"
        if address.startswith("unwanted@"):
            return "550 5.1.8 sender refused"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such user here"
        if address.startswith("policy@"):
            return "550 5.7.1 we do not like your network"
        if address.startswith("deferred@"):
            return "451 4.2.1 come back later"
        if address.startswith("once@") and address not in seen_once:
            seen_once.add(address)
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        names = [address.split("@")[0] for address in envelope.rcpt_tos]
        if "spam" in names:
            return "554 5.6.0 looks like spam"
        if "busy" in names:
            return "451 4.3.0 no room"
        if "lost" in names:
            server.transport.abort()
            return "250 never heard"
        if DELAY:
            await asyncio.sleep(DELAY)
        if "slow" in names:
            await asyncio.sleep(SLOW)
        self.keep(server, envelope, session)
        if "dies" in names:
            server.transport.abort()
        return "250 2.0.0 taken"

    def keep(self, server, envelope, session):
        self.count += 1
        content = envelope.original_content
        with open(f"{FOLDER}/{self.count}.eml", "wb") as file:
            file.write(content)
        with open(f"{FOLDER}/{self.count}.json", "w", encoding="utf-8") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                       "user": getattr(session, "login", None),
                       "tls": server.transport.get_extra_info("ssl_object") is not None}, file)
        name = message_from_bytes(content[:8192]).get("Message-ID")
        with open(f"{FOLDER}/log", "a", encoding="utf-8") as file:
            file.write(f"{name}\n")


def authenticate(server, session, envelope, mechanism, data):
    login = data.login.decode()
    good = (login == os.environ["MAIL_USER"]
            and data.password.decode() == os.environ["MAIL_PASSWORD"])
    if good:
        session.login = login
    return AuthResult(success=good, handled=good)


async def serve(loop):
    handler = Handler()
    context = None
    certificate = os.environ.get("MAIL_CERTIFICATE")
    implicit = os.environ.get("MAIL_IMPLICIT") == "1"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, os.environ["MAIL_KEY"])
    options = {"hostname": "mail.test", "enable_SMTPUTF8": False, "data_size_limit": 40 << 20}
    if context and not implicit:
        options.update(tls_context=context, require_starttls=True)
    if "MAIL_USER" in os.environ:
        options.update(authenticator=authenticate, auth_required=True,
                       auth_require_tls=bool(context) and not implicit)
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", PORT,
        ssl=context if implicit else None, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def main():
    loop = asyncio.new_event_loop()
    threading.Thread(target=lambda: loop.run_until_complete(serve(loop)), daemon=True).start()
    sys.stdin.read()


main()
