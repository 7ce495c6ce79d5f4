"""Speaks to a server as programs of Invoiced's users do: by the official client, unchanged.

Arguments: the address, the key, a file's id to attach, and docs/SEEDS.md with the attributes that
objects have. Prints what it has seen; leaves with 1 at the first thing that is otherwise.
"""

import re
import sys

import invoiced
from invoiced import errors

address, key, file_id, seeds = sys.argv[1:5]
client = invoiced.Client(key)
client.api_url = address
seen = 0


def check(what, is_so):
    global seen
    if not is_so:
        sys.exit(f"not so: {what}")
    seen += 1


def attributes(title):
    """The names in the first column of the table below a heading of docs/SEEDS.md."""
    part = open(seeds, encoding="utf-8").read().split(f"## Invoiced: {title}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def refused(error, status, call):
    try:
        call()
    except error as refusal:
        check(f"{refusal} is {status}", refusal.status_code == status)
        return refusal.error
    sys.exit(f"not refused with {status}")


# Customers and catalog.
customer = client.Customer.create(name="Acme", email="billing@acme.test", payment_terms="NET 14")
check("a customer has an id", isinstance(customer.id, int))
customer.number = "C-7"
check("a customer is saved", customer.save() and customer.number == "C-7")
check("it keeps its terms", client.Customer.retrieve(customer.id).payment_terms == "NET 14")
listed, page = client.Customer.list(per_page=1)
check("customers are listed", listed[0].id == customer.id and page.total_count == 1)
client.Item.create(id="paper", name="Copy Paper, Case", unit_cost=45, currency="usd")
check("an item is found", client.Item.retrieve("paper").unit_cost == 45)
client.Plan.create(id="starter", name="Starter", amount=49, currency="usd", interval="month")
client.Plan.create(id="pro", name="Pro", amount=99, currency="usd", interval="month")
check("plans are listed", client.Plan.list()[1].total_count == 2)
client.Coupon.create(id="half", name="Half", value=50)
client.TaxRate.create(id="vat", name="VAT", value=7)
check("a rate is found", client.TaxRate.retrieve("vat").is_percent is True)
known = refused(errors.ApiError, 409, lambda: client.Plan.create(
    id="pro", name="Pro", amount=1, currency="usd", interval="month"))
check("a plan is made once", known["param"] == "id")

# An invoice, with every attribute of the tables.
items = [{"catalog_item": "paper", "quantity": 1},
         {"name": "Delivery", "unit_cost": 10.05, "quantity": 2, "discounts": ["half"]}]
invoice = client.Invoice.create(
    customer=customer.id, items=items, taxes=["vat"], discounts=[{"amount": 5}],
    metadata={"color": "red"}, attachments=[int(file_id)], idempotency_key="one")
again = client.Invoice.create(
    customer=customer.id, items=items, taxes=["vat"], discounts=[{"amount": 5}],
    metadata={"color": "red"}, attachments=[int(file_id)], idempotency_key="one")
check("the same key makes one invoice", again.id == invoice.id and again == invoice)
other = refused(errors.ApiError, 409, lambda: client.Invoice.create(
    customer=customer.id, items=[{"name": "X", "unit_cost": 1}], idempotency_key="one"))
check("a key is for one request", other["code"] == "idempotency_key_reused")
for title, found in [("the invoice object", invoice), ("the line item object", invoice["items"][0])]:
    wanted = attributes(title) - ({"plan"} if title == "the line item object" else set())
    check(f"{title} lacks {wanted - set(found)}", len(wanted) > 10 and wanted <= set(found))
for name, wanted in [
        ("discounts", {"id", "object", "amount", "coupon", "expires"}),
        ("taxes", {"id", "object", "amount", "tax_rate"})]:
    check(f"{name} are as in the document", wanted <= set(invoice[name][0]))
check("figures are exact", (invoice.subtotal, invoice.status) == (65.1, "not_sent"))
check("it has a number", invoice.number.startswith("INV-") and not invoice.draft)
check("the id is found", client.Invoice.retrieve(invoice.id) == invoice)
expanded = client.Invoice.retrieve(invoice.id, {"expand": "customer"})
check("the customer is shown", expanded.customer["name"] == "Acme")

# Change, attachments, email.
invoice.name = "March"
check("it is saved", invoice.save() and invoice.name == "March" and invoice.closed is False)
files, page = invoice.attachments()
check("the file is attached", page.total_count == 1 and files[0]["file"]["id"] == int(file_id))
emails = invoice.send(to=[{"name": "Client", "email": "client@example.com"}], subject="Hello")
check("an email is queued", emails[0].state == "queued" and emails[0].email == "client@example.com")
check("an email is whole", {"id", "object", "state", "reject_reason", "email", "template", "subject",
                            "message", "opens", "opens_detail", "created_at"} <= set(emails[0]))
check("it is sent", client.Invoice.retrieve(invoice.id).status == "sent")

# Lists: pages, order, filters.
for number in range(4):
    client.Invoice.create(customer=customer.id, items=[{"name": "N", "unit_cost": number + 1}])
page_two, page = client.Invoice.list(per_page=2, page=2, sort="id desc")
check("pages are counted", page.total_count == 5 and len(page_two) == 2)
check("links lead on", {"self", "first", "previous", "next", "last"} == set(page.links))
check("the order goes down", page_two[0].id > page_two[1].id)
red, page = client.Invoice.list(metadata={"color": "red"})
check("metadata filters", [one.id for one in red] == [invoice.id] and page.total_count == 1)
check("status filters", client.Invoice.list(filter={"status": "sent"})[1].total_count == 1)
dated, _ = client.Invoice.list(start_date=invoice.date, end_date=invoice.date)
check("days are inclusive", len(dated) == 5)
check("days end", client.Invoice.list(end_date=invoice.date - 1)[1].total_count == 0)
wrong = refused(errors.InvalidRequestError, 400, lambda: client.Invoice.list(sort="color asc"))
check("the parameter is named", wrong["type"] == "invalid_request" and wrong["param"] == "sort")

# Drafts, void, errors.
draft = client.Invoice.create(customer=customer.id, draft=True, items=items)
check("a draft has no number", draft.draft and draft.number is None)
check("a draft is deleted", draft.delete())
refused(errors.InvalidRequestError, 404, lambda: client.Invoice.retrieve(draft.id))
last = client.Invoice.list(sort="id desc", per_page=1)[0][0]
check("it is voided", last.void() and last.status == "voided")
refused(errors.InvalidRequestError, 400, lambda: last.delete())
bad = refused(errors.InvalidRequestError, 400, lambda: client.Invoice.create(
    customer=customer.id, items=[{"name": "X", "unit_cost": "much"}]))
check("the field is named", bad["param"] == "items.0.unit_cost")
stranger = invoiced.Client(key[:-1] + ("0" if key[-1] != "0" else "1"))
stranger.api_url = address
refused(errors.AuthenticationError, 401, lambda: stranger.Invoice.list())

# A charge.
payer = client.Customer.create(
    name="Payer", email="p@acme.test", autopay=True,
    payment_source={"object": "card", "gateway": "simulated", "token": "approve"})
check("a token is not shown", "token" not in payer.payment_source)
due = client.Invoice.create(customer=payer.id, items=[{"name": "Now", "unit_cost": 12}])
check("it is charged", due.pay(idempotency_key="pay") and due.paid and due.balance == 0)
check("the payment is there", client.Payment.list(filter={"customer": payer.id})[0][0].amount == 12)
unpaid = client.Invoice.retrieve(invoice.id)
refused(errors.InvalidRequestError, 400, lambda: unpaid.pay())

# Money by hand, pending lines, subscriptions, events.
paid = client.Payment.create(
    customer=customer.id, amount=invoice.total, currency="usd", method="check",
    applied_to=[{"type": "invoice", "invoice": invoice.id, "amount": invoice.total}])
check("a payment settles", client.Invoice.retrieve(invoice.id).paid)
check("it is found", client.Payment.retrieve(paid.id).status == "applied")
line = customer.line_items().create(name="One-off", unit_cost=30)
check("a line waits", line.id > 0 and customer.line_items().list()[1].total_count == 1)
client.Subscription.create(customer=customer.id, plan="starter", start_date=invoice.date)
billed = customer.invoice()
check("it is billed with the plan", (billed.total, billed.customer) == (79, customer.id))
check("it is billed once", customer.line_items().list()[1].total_count == 0)
refused(errors.InvalidRequestError, 400, lambda: customer.invoice())
subscription = client.Subscription.create(
    customer=payer.id, plan="starter", start_date="2026-01-01", quantity=2)
check("a subscription has an id", subscription.plan == "starter" and subscription.quantity == 2)
subscription.plan = "pro"
check("a change is taken", subscription.save())
check("it is canceled", subscription.cancel())
canceled = client.Subscription.retrieve(subscription.id)
check("it has an end", canceled.canceled_at is not None)
check("credit notes are listed", client.CreditNote.list()[1].total_count == 0)
events, _ = client.Event.list(per_page=5)
check("events name the key", events[0].os_user == "api:tester" and events[0].kind == "import")

print(f"{seen} checks")
