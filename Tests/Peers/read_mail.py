#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a message with Python's own parser, and prints what it finds as JSON.

    read_mail.py FILE
"""
import base64
import json
import sys
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

raw = open(sys.argv[1], "rb").read()
message = message_from_bytes(raw, policy=policy.default)


def mailbox(name):
    # The newer parser of Python puts spaces between the encoded words of a name.
    words, address = parseaddr(message_from_bytes(raw)[name].replace("\r\n", ""))
    return [[str(make_header(decode_header(words))) if words else "", address]]


parts = []
for part in message.walk():
    if part.is_multipart():
        parts.append({"type": part.get_content_type()})
        continue
    content = part.get_content()
    entry = {"type": part.get_content_type(), "name": part.get_filename()}
    if isinstance(content, bytes):
        entry["base64"] = base64.b64encode(content).decode()
    else:
        entry["text"] = content.replace("\r\n", "\n")
    parts.append(entry)
print(json.dumps({
    "headers": [[name, str(value)] for name, value in message.items()],
    "to": mailbox("To"),
    "from": mailbox("From"),
    "defects": [str(d) for part in message.walk() for d in part.defects]
    + [str(d) for value in message.values() for d in getattr(value, "defects", [])],
    "longest": max(len(line) for line in raw.split(b"\r\n")),
    "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    "parts": parts,
}))
