"""Speaks to a server as programs of Zuora's users do: by the official client, unchanged.

Arguments: the address, a client's id and its secret. Account 1 and one subscription of it are
there. Prints what it has seen; leaves with 1 at the first thing that is otherwise.
"""

import json
import sys

from zuora_sdk import BillRunApi, CreateBillRunRequest, InvoicesApi, ObjectQueriesApi
from zuora_sdk.exceptions import ApiException
from zuora_sdk.zuora_client import ZuoraClient, ZuoraEnvironment

address, client_id, secret = sys.argv[1:4]
client = ZuoraClient(client_id, secret, ZuoraEnvironment.SBX)
client.set_base_url(address)
client.initialize()
seen = 0


def check(what, is_so):
    global seen
    if not is_so:
        sys.exit(f"not so: {what}")
    seen += 1


invoices = InvoicesApi(client.api_client)
queries = ObjectQueriesApi(client.api_client)
runs = BillRunApi(client.api_client)

check("a token was given", client.token["access_token"].startswith("brt_"))

# A bill run, its invoice, and the invoice's items.
run = runs.create_bill_run(CreateBillRunRequest.from_dict({"targetDate": "2026-01-01", "autoPost": True}))
check(f"the run is posted, {run.status}", run.status == "Posted")
check("the run is found", runs.get_bill_run(run.id).bill_run_number == run.bill_run_number)
listed = queries.query_invoices(page_size=5)
check("its invoice is listed", len(listed.data) == 1 and listed.data[0].amount == 49)
found = listed.data[0]
check("it is posted", found.status == "Posted" and found.account_id == "1")
check("it has a number", found.invoice_number.startswith("INV-"))
one = invoices.get_invoice(found.id)
check("it is found by its id", one.invoice_number == found.invoice_number and one.balance == 49)
check("and by its number", invoices.get_invoice(found.invoice_number).id == found.id)
items = invoices.get_invoice_items(found.id).invoice_items
check("it has its line", len(items) == 1 and items[0].charge_amount == "49")

# Steps, each by its own call.
check("it is unposted", invoices.unpost_invoice(found.id).success)
check("it is a draft", invoices.get_invoice(found.id).status == "Draft")
check("it is posted again", invoices.post_invoice(found.id, {}).success)
check("it keeps its number", invoices.get_invoice(found.id).invoice_number == found.invoice_number)
try:
    invoices.delete_invoice(found.id)
    sys.exit("a posted invoice was deleted")
except ApiException as refusal:
    body = json.loads(refusal.body)
    check("a refusal has its reason", body["success"] is False and body["reasons"][0]["message"])
check("it is written off", invoices.write_off_invoice(found.id, {"comment": "gone"}).success)
check("nothing is left", invoices.get_invoice(found.id).balance == 0)
try:
    invoices.get_invoice("nothing")
    sys.exit("an invoice was made up")
except ApiException as refusal:
    check("an unknown one is 404", refusal.status == 404)

client.stop_auto_auth()
print(f"{seen} checks")
