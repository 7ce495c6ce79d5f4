"""Attacks a server by its own OpenAPI document: thousands of requests, well formed and not.

Arguments: the address, a key of all scopes, how many cases an operation has, and a seed. Fills the
books, then lets schemathesis loose, with this file as its hooks. Leaves with 1 where an answer is
a 5xx or breaks the document; prints how many cases there were. CHECKS are other checks of
schemathesis, such as negative_data_rejection: that nothing is taken in that the document refuses.
"""

import os
import random
import re
import subprocess
import sys
import tempfile

import requests

# negative_data_rejection is stricter than what is promised: it is asked for by hand.
CHECKS = os.environ.get("CHECKS") or (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,unsupported_method,ignored_auth")


def fill(address, key):
    """Writes a few objects of each kind, and returns the ids by collection."""
    known = {}

    def make(path, **body):
        answer = requests.post(address + path, json=body, auth=(key, ""), timeout=120)
        if answer.status_code >= 300:
            sys.exit(f"not filled: {path}: {answer.text}")
        made = answer.json()
        known.setdefault(path.split("/")[1], []).append(made["id"])
        return made

    make("/tax_rates", id="vat", name="VAT", value=7)
    make("/coupons", id="half", name="Half", value=50)
    make("/items", id="paper", name="Paper", unit_cost=45, currency="usd")
    make("/plans", id="starter", name="Starter", amount=49, currency="usd", interval="month")
    for name in ("Acme", "Payer"):
        make("/customers", name=name, email="a@acme.test", autopay=name == "Payer", payment_source={
            "object": "card", "gateway": "simulated", "token": "approve"})
    for customer in known["customers"]:
        make("/subscriptions", customer=customer, plan="starter", start_date="2026-01-01")
        for number in range(12):
            make("/invoices", customer=customer, draft=number % 3 == 0, discounts=["half"],
                 taxes=["vat"], items=[{"catalog_item": "paper"}, {"name": "A", "unit_cost": 1.05}])
        make("/payments", customer=customer, amount=5, currency="usd")
    return known


def attack(address, key, cases, seed):
    """Runs schemathesis; its report is the story."""
    environment = dict(
        os.environ, SCHEMATHESIS_HOOKS="attack", PYTHONPATH=os.path.dirname(os.path.abspath(__file__)),
        ATTACKED=";".join(f"{name}={','.join(map(str, ids))}"
                          for name, ids in fill(address, key).items()))
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    # It leaves a folder where it runs.
    folder = tempfile.TemporaryDirectory()
    ended = subprocess.run(
        [program, "run", address + "/openapi.json", "--auth", key + ":", "--checks", CHECKS,
         "--phases", "coverage,fuzzing", "--max-examples", cases, "--seed", seed, "--workers", "1",
         "--no-shrink", "--continue-on-failure", "--request-timeout", "120", "--warnings", "off",
         "--suppress-health-check", "all", "--no-color"],
        env=environment, cwd=folder.name, capture_output=True, text=True, check=False)
    folder.cleanup()
    count = re.search(r"(\d+) generated", ended.stdout)
    if ended.returncode or not count:
        sys.exit(ended.stdout[-20_000:] + ended.stderr[-5_000:])
    print(f"{count[1]} cases")


if __name__ == "__main__":
    attack(*sys.argv[1:5])
else:
    import schemathesis

    # The program tells us, its hooks, what there is to be named.
    ATTACKED = {name: ids.split(",") for name, _, ids in (
        part.partition("=") for part in os.environ.get("ATTACKED", "").split(";"))}
    DICE = random.Random(1)

    @schemathesis.hook
    def before_call(context, case, kwargs):
        """Mostly names what is there, as nobody would by chance."""
        collection = case.path.split("/{id}")[0].split("/")[-1]
        known = ATTACKED.get(collection.replace("credit_notes", "invoices"))
        if known and "id" in (case.path_parameters or {}) and DICE.random() < 0.8:
            case.path_parameters["id"] = DICE.choice(known)
        if case.headers:
            # 412 is a refusal, too, but schemathesis does not take it for one.
            case.headers.pop("If-Match", None)
        if isinstance(case.body, dict) and DICE.random() < 0.5:
            for name in ("customer", "account_id", "accountId"):
                if name in case.body:
                    case.body[name] = int(DICE.choice(ATTACKED["customers"]))
