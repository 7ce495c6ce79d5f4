#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A gateway for tests: the part of Stripe's API that charging saved payment methods needs.

    fake_gateway.py LEDGER

It listens on 127.0.0.1, prints its port, and ends when its standard input does. Each charge that
it approves is a line in the file LEDGER: the key that it was asked with and the payment intent.
Unlike other fakes it keeps idempotency keys as Stripe does: the first answer to a key is given
again, a 500 included, and the same key with other parameters is an error.

What it does is chosen by the payment method: pm_approve, pm_decline_CODE, pm_pending, pm_action,
pm_detached (400), pm_too_many (429 to the confirmation, once in pm_too_many_once), pm_error (500), pm_unavailable
(503, never kept), pm_hang, pm_garbage; pm_hang_after, pm_break_after, pm_drop_after (no byte of an
answer) and pm_error_after charge first. pm_create_too_many and pm_create_error concern creating.
Refunds follow the method of the charge: pm_refund_decline (400), pm_refund_pending,
pm_refund_too_many; pm_refund_break and pm_refund_error refund first. Every other one is refunded.
Each refund that is made is a line in LEDGER, too, with the key and "refund".
"""
import hashlib
import itertools
import json
import os
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

HANG = float(os.environ.get("FAKE_GATEWAY_HANG", "3"))
LATENCY = float(os.environ.get("FAKE_GATEWAY_LATENCY", "0"))
KEY = "sk_test_fake"
lock = threading.Lock()
intents = {}
refunds = {}
answers = {}
seen = {}
ids = itertools.count(1)
ledger = open(sys.argv[1], "a", encoding="utf-8", buffering=1)


class Refusal(Exception):
    """An answer with an error."""

    def __init__(self, status, code, kind="invalid_request_error", keep=True, **more):
        super().__init__(code)
        self.status, self.keep = status, keep
        self.headers = more.pop("headers", {})
        self.body = {"error": {"type": kind, "code": code, "message": "refused", **more}}


def approve(intent):
    """Charges, exactly here."""
    intent["status"] = "succeeded"
    intent["latest_charge"] = "ch_" + intent["id"]
    intent["charged"] = int(time.time())
    key = intent["metadata"].get("billrun_key")
    ledger.write(json.dumps({"key": key, "intent": intent["id"], "amount": intent["amount"]}) + "\n")


def create(fields):
    method = fields.get("payment_method", "")
    if method == "pm_create_too_many":
        raise Refusal(429, "rate_limit", keep=False, headers={"Retry-After": "7"})
    if method == "pm_create_error":
        raise Refusal(500, None, "api_error")
    if not method.startswith("pm_") or not fields.get("customer", "").startswith("cus_"):
        raise Refusal(400, "resource_missing", param="payment_method")
    if "amount" not in fields or "currency" not in fields:
        raise Refusal(400, "parameter_missing")
    name = f"pi_{next(ids):06d}"
    metadata = {k[9:-1]: v for k, v in fields.items() if k.startswith("metadata[")}
    intents[name] = {
        "id": name, "object": "payment_intent", "amount": int(fields["amount"]),
        "currency": fields["currency"], "customer": fields["customer"], "metadata": metadata,
        "payment_method": method, "status": "requires_confirmation", "created": int(time.time()),
        "last_payment_error": None, "latest_charge": None}
    return intents[name]


def confirm(intent, fields):
    method = intent["payment_method"]
    if intent["status"] not in ("requires_confirmation", "requires_payment_method"):
        raise Refusal(400, "payment_intent_unexpected_state", payment_intent=intent)
    if fields.get("off_session") != "true":
        raise Refusal(400, "off_session_missing")
    if method in ("pm_too_many", "pm_too_many_once"):
        if method == "pm_too_many_once":
            intent["payment_method"] = "pm_approve"
        raise Refusal(429, "rate_limit", keep=False, headers={"Retry-After": "7"})
    if method == "pm_unavailable":
        raise Refusal(503, None, "api_error", keep=False)
    if method in ("pm_error", "pm_hang"):
        raise Refusal(500, None, "api_error")
    if method == "pm_detached":
        raise Refusal(400, "payment_method_unexpected_state")
    if method == "pm_pending":
        intent["status"] = "processing"
        return intent
    if method in ("pm_action", "pm_action_completed"):
        intent["status"] = "requires_action"
        return intent
    if method.startswith("pm_decline_"):
        code = method[len("pm_decline_"):]
        error = {"type": "card_error", "code": "card_declined", "decline_code": code}
        intent["status"], intent["last_payment_error"] = "requires_payment_method", error
        raise Refusal(402, "card_declined", "card_error", decline_code=code, payment_intent=intent)
    if method == "pm_garbage":
        return None
    approve(intent)
    if method == "pm_error_after":
        raise Refusal(500, None, "api_error")
    return intent


def refund(fields):
    intent = intents.get(fields.get("payment_intent"))
    if intent is None or not intent["latest_charge"]:
        raise Refusal(404, "resource_missing", param="payment_intent")
    method, amount = intent["payment_method"], int(fields["amount"])
    if method == "pm_refund_too_many":
        raise Refusal(429, "rate_limit", keep=False, headers={"Retry-After": "7"})
    if method == "pm_refund_decline":
        raise Refusal(400, "charge_disputed")
    done = sum(r["amount"] for r in refunds.values() if r["payment_intent"] == intent["id"])
    if done + amount > intent["amount"]:
        raise Refusal(400, "charge_already_refunded" if done else "amount_too_large")
    name = f"re_{next(ids):06d}"
    metadata = {k[9:-1]: v for k, v in fields.items() if k.startswith("metadata[")}
    refunds[name] = {
        "id": name, "object": "refund", "amount": amount, "currency": intent["currency"],
        "payment_intent": intent["id"], "metadata": metadata, "created": int(time.time()),
        "status": "pending" if method == "pm_refund_pending" else "succeeded"}
    key = metadata.get("billrun_key")
    ledger.write(json.dumps({"key": key, "refund": name, "amount": amount}) + "\n")
    if method == "pm_refund_error":
        raise Refusal(500, None, "api_error")
    return refunds[name]


def cancel(intent):
    if intent["payment_method"] == "pm_action_completed":
        approve(intent)
    if intent["status"] in ("succeeded", "canceled", "processing"):
        raise Refusal(400, "payment_intent_unexpected_state", payment_intent=intent)
    intent["status"] = "canceled"
    return intent


def charge(intent):
    return {
        "id": intent["latest_charge"], "object": "charge", "amount": intent["amount"],
        "currency": intent["currency"], "created": intent["charged"], "paid": True,
        "status": "succeeded", "metadata": intent["metadata"], "payment_intent": intent["id"],
        "customer": intent["customer"], "payment_method": intent["payment_method"]}


def listed(values, fields, since):
    """A page of a list, the newest first, as Stripe gives it."""
    values = [v for v in values if v["created"] >= since]
    values.sort(key=lambda v: v["id"], reverse=True)
    if "starting_after" in fields:
        values = [v for v in values if v["id"] < fields["starting_after"]]
    limit = int(fields.get("limit", "10"))
    return {"object": "list", "data": values[:limit], "has_more": len(values) > limit}


def read(path, fields):
    since = int(fields.get("created[gte]", "0"))
    if path == "/v1/account":
        return {"id": "acct_fake", "object": "account"}
    if path == "/v1/payment_intents":
        who = fields.get("customer")
        return listed([i for i in intents.values() if who in (None, i["customer"])], fields, since)
    if path == "/v1/charges":
        return listed([charge(i) for i in intents.values() if i["latest_charge"]], fields, since)
    if path == "/v1/refunds":
        which = fields.get("payment_intent")
        found = [r for r in refunds.values() if which in (None, r["payment_intent"])]
        return listed(found, fields, since)
    parts = path.split("/")
    if len(parts) == 4 and parts[2] == "payment_intents" and parts[3] in intents:
        return intents[parts[3]]
    raise Refusal(404, "resource_missing")


def act(path, fields):
    parts = path.split("/")
    if path == "/v1/payment_intents":
        return create(fields)
    if path == "/v1/refunds":
        return refund(fields)
    if len(parts) == 5 and parts[4] == "confirm" and parts[3] in intents:
        return confirm(intents[parts[3]], fields)
    if len(parts) == 5 and parts[4] == "cancel" and parts[3] in intents:
        return cancel(intents[parts[3]])
    raise Refusal(404, "resource_missing")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def setup(self):
        super().setup()
        self.wfile = self.connection.makefile("wb", 1 << 16)

    def reply(self, status, body, headers=()):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def cut(self, text):
        """Breaks the connection after a part of an answer."""
        self.wfile.write(text)
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def allowed(self):
        if self.headers.get("Authorization") == f"Bearer {KEY}":
            return True
        self.reply(401, {"error": {"type": "invalid_request_error", "message": "no such key"}})
        return False

    def do_GET(self):
        if not self.allowed():
            return
        url = urlsplit(self.path)
        try:
            with lock:
                body = json.dumps(read(url.path, dict(parse_qsl(url.query)))).encode()
        except Refusal as refusal:
            return self.reply(refusal.status, refusal.body)
        self.reply(200, body)

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if not self.allowed():
            return
        if LATENCY:
            time.sleep(LATENCY)
        fields = dict(parse_qsl(text.decode()))
        key = self.headers.get("Idempotency-Key")
        digest = hashlib.sha256(self.path.encode() + b"\n" + text).hexdigest()
        method, status, body, headers = self.decide(key, digest, fields)
        replayed = ("Idempotent-Replayed", "true") in headers
        calls = self.path.endswith(("/confirm", "/v1/refunds"))
        trouble = None if replayed or not calls else method
        if self.path == "/v1/refunds":
            is_made = trouble == "pm_refund_break" and status == 200
            trouble = "pm_break_after" if is_made else None
        if trouble in ("pm_hang_after", "pm_hang"):
            time.sleep(HANG)
        if trouble == "pm_break_after":
            return self.cut(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        if trouble == "pm_drop_after":
            return self.cut(b"")
        self.reply(status, body, headers)

    def decide(self, key, digest, fields):
        with lock:
            name = fields.get("payment_intent") or (self.path.split("/") + [""] * 4)[3]
            intent = intents.get(name, {})
            method = intent.get("payment_method", fields.get("payment_method", ""))
            if key in seen and seen[key] != digest:
                error = {"type": "idempotency_error", "message": "other parameters"}
                return method, 400, {"error": error}, []
            if key in answers:
                status, body = answers[key]
                return method, status, body, [("Idempotent-Replayed", "true")]
            headers, keep = [], True
            try:
                status, value = 200, act(urlsplit(self.path).path, fields)
                body = b"<html>" if value is None else json.dumps(value).encode()
            except Refusal as refusal:
                status, body, keep = refusal.status, json.dumps(refusal.body).encode(), refusal.keep
                headers = list(refusal.headers.items())
            if key and keep:
                seen[key], answers[key] = digest, (status, body)
            return method, status, body, headers


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


def main():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


main()
