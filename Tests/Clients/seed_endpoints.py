"""Calls every endpoint of docs/SEEDS.md on a server, with every parameter: by the official client
where it has it, by plain HTTP where not; and compares every object with the tables there.

Arguments: the address, a key of all scopes, a client's id and its secret, two files' ids, and
docs/SEEDS.md. The books have nothing else in them. Prints a line for each endpoint that was
called, by whom, and at last how many endpoints, parameters and attributes it has seen; leaves with
1 at the first thing that is otherwise.
"""

import datetime
import json
import re
import sys
import warnings

import invoiced
import requests
from zuora_sdk import (CreateInvoiceRequest, EmailBillingDocumentRequest, InvoicesApi,
                       ObjectQueriesApi, ReverseInvoiceRequest, UpdateInvoiceRequest)
from zuora_sdk.zuora_client import ZuoraClient, ZuoraEnvironment

address, key, client_id, secret, file_id, other_file_id, page = sys.argv[1:8]
file_id, other_file_id = int(file_id), int(other_file_id)
warnings.simplefilter("ignore")


def check(what, is_so):
    if not is_so:
        sys.exit(f"not so: {what}")


# MARK: What the page says


class Page:
    """The tables of docs/SEEDS.md."""

    def __init__(self, path):
        self.parts = {}
        for part in open(path, encoding="utf-8").read().split("\n## ")[1:]:
            title, _, text = part.partition("\n")
            rows = [[cell.strip() for cell in line.split("|")[1:-1]]
                    for line in text.splitlines() if line.startswith("| ")]
            beyond = re.search(r"^Beyond the document: ((?:.+\n?)+)", text, re.MULTILINE)
            self.parts[title] = rows[1:], set(re.findall(r"`(\w+)`", beyond[1] if beyond else ""))

    def object(self, title):
        """The types of an object's attributes, and the names of others that it may have."""
        rows, beyond = self.parts[title]
        return {row[0].strip("`"): row[1] for row in rows}, beyond

    def endpoints(self, title):
        """The endpoints of a table, as GET /invoices."""
        return [re.search("`(.+?)`", row[0])[1] for row in self.parts[title][0]]

    def parameters(self, title):
        """The parameters of a table, each with its endpoint."""
        return {(row[0], row[1].strip("`")) for row in self.parts[title][0]}


PAGE = Page(page)
INVOICED, ZUORA = "Invoiced: endpoints", "Zuora: operations"
# What is called in which table of parameters.
WORDS = {"POST /invoices": "create", "GET /invoices/:id": "retrieve",
         "PATCH /invoices/:id": "update", "POST /invoices/:id/emails": "send",
         "GET /invoices": "list", "GET /invoice_items": "list items"}
called, parameters, attributes = {}, set(), set()


def note(api, method, path, speaker, given, status):
    """Notes an endpoint that was called and has answered well, and what it was given."""
    if status >= 300:
        return
    for endpoint in PAGE.endpoints(api):
        verb, _, template = endpoint.partition(" ")
        pattern = re.sub(r":\w+|\{\w+\}", "[^/]+", template)
        if verb == method and re.fullmatch(pattern, path):
            called.setdefault((api, endpoint), set()).add(speaker)
            names = {name.split("[")[0] for name in given}
            parameters.update((api, WORDS.get(endpoint, ""), name) for name in names)
            if "{" in endpoint:
                parameters.add((api, "every one with it in the path", "invoice_id"))
            return
    if path.split("/")[1] in ("invoices", "invoice_items"):
        sys.exit(f"not in docs/SEEDS.md: {method} {path}")


def is_of(value, kind):
    """Whether a value is of a type of the tables."""
    if value is None:
        return kind.endswith(" or null")
    kind = kind.removesuffix(" or null")
    if kind == "day":
        return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, {"integer": int, "timestamp": int, "number": (int, float),
                              "string": str, "boolean": bool, "array": list, "object": dict}[kind])


def compare(title, found, without=(), **other):
    """Compares an object with its table, but for attributes that may be missing or are others."""
    types, beyond = PAGE.object(title)
    found = dict(found)
    check(f"{title}, {set(types) - set(found) - set(without)} is missing",
          set(types) - set(without) <= set(found))
    check(f"{title}, {set(found) - set(types) - beyond} is in no table",
          set(found) <= set(types) | beyond)
    for name, value in found.items():
        if name in types:
            kind = other.get(name, types[name])
            check(f"{title}, {name} is {kind}, found {value!r}", is_of(value, kind))
            if value is not None:
                attributes.add((title, name))


def compare_invoice(found, **other):
    """Compares an invoice with its table, and what is in it."""
    compare("Invoiced: the invoice object", found, **other)
    for line in found["items"]:
        compare("Invoiced: the line item object", line,
                without=() if line.get("type") == "plan" else {"plan"})
        for rate in line["taxes"]:
            compare("Invoiced: the tax rate object", rate)
    for discount in found["discounts"] + [one for line in found["items"]
                                          for one in line["discounts"]]:
        compare("Invoiced: the discount object", discount)
        if discount["coupon"] is not None:
            compare("Invoiced: the coupon object", discount["coupon"])
    for tax in found["taxes"]:
        compare("Invoiced: the tax object", tax)
        if tax["tax_rate"] is not None:
            compare("Invoiced: the tax rate object", tax["tax_rate"])


def compare_zuora(found):
    """Compares an invoice below /zuora with its table, and its items."""
    compare("Zuora: the invoice object", found)
    for item in found["items"]:
        compare("Zuora: the invoice item object", item)
    return found


# MARK: Those who ask


def plain(method, path, body=None, form=None, query=None, status=None, auth=True):
    """Asks by plain HTTP, and returns what is answered."""
    answer = requests.request(
        method, address + path, json=body, data=form, params=query, timeout=60,
        auth=(key, "") if auth else ("none", ""))
    told = json.loads(answer.text) if answer.text else None
    check(f"{method} {path} is {status or 'no refusal'}, found {answer.status_code} {answer.text}",
          answer.status_code == status if status else answer.status_code < 300)
    given = list(body or {}) + list(form or {}) + list(query or {})
    if path.startswith("/zuora/"):
        note(ZUORA, method, path.removeprefix("/zuora"), "plain HTTP", given, answer.status_code)
    else:
        note(INVOICED, method, path, "plain HTTP", given, answer.status_code)
    return told


def invoiced_client():
    """Invoiced's client, unchanged but for an ear."""
    client = invoiced.Client(key)
    client.api_url = address
    ask = client.request

    def heard(method, endpoint, params={}, opts={}):
        answer = ask(method, endpoint, params, opts)
        note(INVOICED, method, endpoint, "the client", list(params), answer["code"])
        return answer

    client.request = heard
    return client


# Below /v1 the client has verbs and words of its own for some operations.
V1 = [(r"GET /object-query/invoices", "GET", "/invoices"),
      (r"GET /v1/invoices/[^/]+/items", "GET", "/invoice_items"),
      (r"PUT /v1(/invoices/[^/]+)", "PATCH", None),
      (r"POST /v1(/invoices/[^/]+/email)s", "POST", None),
      (r"PUT /v1(/invoices/[^/]+/[^/]+)", "POST", None), (r"GET /v1(/invoices/[^/]+)", "GET", None),
      (r"DELETE /v1(/invoices/[^/]+)", "DELETE", None), (r"POST /v1(/invoices)", "POST", None)]


def zuora_client():
    """Zuora's client, unchanged but for an ear."""
    client = ZuoraClient(client_id, secret, ZuoraEnvironment.SBX)
    client.set_base_url(address)
    client.initialize()
    ask = client.api_client.rest_client.request

    def heard(method, url, *rest, **others):
        answer = ask(method, url, *rest, **others)
        path, _, query = url.removeprefix(address).partition("?")
        for pattern, verb, own in V1:
            match = re.fullmatch(pattern, f"{method.upper()} {path}")
            if match:
                given = [pair.split("=")[0] for pair in query.split("&") if own == "/invoices"]
                note(ZUORA, verb, own or match[1], "the client", given, answer.status)
                break
        return answer

    client.api_client.rest_client.request = heard
    return client


def refused(path, body, field, method="POST", status=400):
    """Sees a request refused, and the object that tells why."""
    told = plain(method, path, body, status=status)
    if path.startswith("/zuora/"):
        check(f"{told} is a refusal", told["success"] is False and told["reasons"][0]["message"]
              and isinstance(told["reasons"][0]["code"], int))
        check(f"{told} names {field}", told["reasons"][0].get("field") == field)
    else:
        check(f"{told} is a refusal", told["type"] == "invalid_request" and told["message"])
        check(f"{told} names {field}", told.get("param") == field)
    check(f"{told} has a code", re.fullmatch("[a-z_]+", told["code"]))


# MARK: Invoiced

DAY = 86400


def wrong(kind):
    """What is not of a type."""
    return {"integer": [], "string": 5, "boolean": "soon", "timestamp": "soon", "array": "soon",
            "object": []}[kind]


def create_and_change(client, customer):
    """Creates with each parameter, sees it taken, and changes it again."""
    today = int(datetime.datetime.now(datetime.timezone.utc).timestamp()) // DAY * DAY
    items = [{"catalog_item": "delivery", "quantity": 1, "discounts": ["half"]},
             {"name": "Copy Paper, Case", "quantity": 1, "unit_cost": 45, "taxes": ["vat"],
              "description": "White", "type": "product", "taxable": True, "discountable": True,
              "metadata": {"shelf": 7}}]
    given = {
        "customer": customer, "name": "March", "number": "2026/0316", "currency": "usd",
        "autopay": False, "payment_terms": "NET 14", "date": today - 2 * DAY,
        "due_date": today + 12 * DAY, "draft": True, "closed": False, "chase": True,
        "items": items, "notes": "Thank you", "discounts": [{"amount": 4}, "tenth"],
        "taxes": [{"amount": 3.85}], "metadata": {"color": "red"}, "attachments": [file_id],
        "disabled_payment_methods": ["credit_card", "wire_transfer"]}
    draft = client.Invoice.create(**given)
    compare_invoice(draft)
    for name, value in given.items():
        if name not in ("items", "discounts", "taxes", "attachments", "disabled_payment_methods"):
            check(f"{name} is taken, found {draft[name]}", draft[name] == value)
    amounts = [discount["amount"] for discount in draft["discounts"]]
    check(f"discounts are taken, found {amounts}", amounts == [5, 4] and len(draft["items"]) == 2)
    check("a coupon has its last day", draft["discounts"][0]["expires"] == 4102358400)
    types = {row[1].strip("`"): row[2] for row in PAGE.parts["Invoiced: parameters"][0]
             if row[0] == "create"}
    for name, kind in types.items():
        refused("/invoices", {**given, "number": None, name: wrong(kind)}, name)
    for name in ("customer", "items"):
        refused("/invoices", {other: value for other, value in given.items()
                              if other not in (name, "number")}, name)
    # A draft changes in everything.
    changed = {
        "name": "April", "number": "2026/0317", "currency": "usd", "payment_terms": "NET 30",
        "date": today - DAY, "due_date": today + 20 * DAY, "closed": False, "chase": False,
        "items": [{"name": "Ink", "quantity": 2, "unit_cost": 10}], "notes": "Thanks",
        "discounts": [{"amount": 1}], "taxes": ["vat"], "metadata": {"color": "blue"},
        "attachments": [other_file_id], "disabled_payment_methods": []}
    for name, value in changed.items():
        draft[name] = value
    check("a draft is saved", draft.save())
    compare_invoice(draft)
    for name in ("name", "number", "payment_terms", "date", "due_date", "chase", "notes",
                 "metadata"):
        check(f"{name} is changed, found {draft[name]}", draft[name] == changed[name])
    check("charges are changed", draft["subtotal"] == 20 and draft["discounts"][0]["amount"] == 1)
    posted = plain("PATCH", f"/invoices/{draft.id}", {"draft": False})
    check("it is posted", not posted["draft"] and posted["number"] == "2026/0317")
    # As the document's curl does.
    sent = plain("PATCH", f"/invoices/{draft.id}", form={"sent": "1", "chase": "1"})
    check("it was sent, and is chased", sent["status"] == "sent" and sent["chase"])
    refused(f"/invoices/{draft.id}", {"items": items}, None, "PATCH")
    files, _ = client.Invoice.retrieve(draft.id).attachments()
    check("the attachment is another", [one["file"]["id"] for one in files] == [other_file_id])
    for one in files:
        compare("Invoiced: the attachment object", one)
        compare("Invoiced: the file object", one["file"])
    form = plain("POST", "/invoices", form={
        "customer": customer, "payment_terms": "NET 14", "items[0][name]": "Copy paper, Case",
        "items[0][quantity]": 1, "items[0][unit_cost]": 45, "items[1][catalog_item]": "delivery",
        "items[1][quantity]": 1, "taxes[0][amount]": 3.85})
    compare_invoice(form)
    check("the document's example comes to its total", form["total"] == 58.85)
    return form


def show_and_list(client, known):
    """Retrieves and lists with each parameter."""
    found = client.Invoice.retrieve(known["id"], {"expand": "customer"})
    compare_invoice(found, customer="object")
    check("it is the customer", found["customer"]["id"] == known["customer"])
    compare_invoice(client.Invoice.retrieve(known["id"]))
    plain("GET", "/invoices/none", status=404)
    for name in ("May", "June"):
        client.Invoice.create(customer=known["customer"], name=name, items=[
            {"name": "Ink", "unit_cost": len(name)}])
    all_of_them, about = client.Invoice.list(per_page=100)
    check("they are listed", len(all_of_them) == about.total_count == 4)
    for one in all_of_them:
        compare_invoice(one)
    ordered = [one["name"] for one in client.Invoice.list(sort="name asc")[0]]
    check(f"they are in order, found {ordered}", ordered == ["April", "June", "May", None])
    ordered = [one["id"] for one in client.Invoice.list(sort="total desc")[0]]
    totals = {one["id"]: one["total"] for one in all_of_them}
    check("and the other way round", [totals[one] for one in ordered] ==
          sorted(totals.values(), reverse=True))
    for name, value, wanted in [("status", "sent", "sent"), ("number", "2026/0317", "2026/0317"),
                                ("customer", known["customer"], known["customer"])]:
        found, about = client.Invoice.list(filter={name: value})
        check(f"filter {name}", about.total_count and all(one[name] == wanted for one in found))
    found, _ = client.Invoice.list(metadata={"color": "blue"})
    check("metadata filters", [one["metadata"] for one in found] == [{"color": "blue"}])
    day = found[0]["date"]
    found, _ = client.Invoice.list(start_date=day, end_date=day)
    check("days are inclusive", found and all(one["date"] == day for one in found))
    check("days begin", all(one["date"] > day for one in
                            client.Invoice.list(start_date=day + DAY)[0]))
    for name, value in [("sort", "color asc"), ("filter[color]", "red"), ("start_date", "soon"),
                        ("end_date", "soon"), ("metadata", "red"), ("colour", "red"),
                        ("expand", "items"), ("page", "0"), ("per_page", "101")]:
        told = plain("GET", "/invoices", query={name: value}, status=400)
        check(f"{name} is named, found {told}", told["param"] == name)


def ask_invoiced():
    """Calls the eight endpoints of Invoiced's document."""
    client = invoiced_client()
    customer = client.Customer.create(name="Dunder Mifflin", email="pay@dunder.test").id
    client.Item.create(id="delivery", name="Delivery", unit_cost=10, currency="usd", type="service")
    client.Coupon.create(id="half", name="Half", value=50)
    client.Coupon.create(id="tenth", name="A tenth", value=10, expiration_date="2099-12-31")
    client.Coupon.create(id="five", name="Five", value=5, is_percent=False, currency="usd")
    client.TaxRate.create(id="vat", name="VAT", value=7)
    client.Plan.create(id="starter", name="Starter", amount=49, currency="usd", interval="month")
    known = create_and_change(client, customer)
    show_and_list(client, known)
    # With a plan, and a cadence that is due.
    client.Subscription.create(customer=customer, plan="starter", start_date=known["date"])
    billed = client.Customer.retrieve(customer).invoice()
    compare_invoice(billed)
    check("it is the plan's", billed["items"][0]["plan"] == "starter" and billed["subscription"])
    stranger = plain("GET", "/invoices", status=401, auth=False)
    check("who has no key is told so", stranger["type"] == "authentication_error")
    # Send.
    invoice = client.Invoice.retrieve(known["id"])
    for email in invoice.send():
        compare("Invoiced: the email object", email)
    emails = invoice.send(
        to=[{"name": "Client", "email": "client@example.com"}], bcc="a@example.com,b@example.com",
        subject="New Invoice", message="Dear Client")
    for email in emails:
        compare("Invoiced: the email object", email)
    check("it is in the queue as asked", [emails[0][name] for name in (
        "state", "email", "subject", "message")] == [
            "queued", "client@example.com", "New Invoice", "Dear Client"])
    for body, field in [({"to": [{"name": "Client"}]}, "to.0.email"), ({"bcc": "none"}, "bcc"),
                        ({"subject": "a\nb"}, "subject"), ({"to": "client@example.com"}, "to"),
                        ({"message": 5}, "message"), ({"cc": "a@example.com"}, "cc")]:
        refused(f"/invoices/{known['id']}/emails", body, field)
    # Pay.
    payer = client.Customer.create(name="Payer", autopay=True, payment_source={
        "object": "card", "gateway": "simulated", "token": "approve"}).id
    items = [{"name": "Copy Paper, Case", "quantity": 5, "unit_cost": 45}]
    due = client.Invoice.create(customer=payer, items=items)
    check("it is paid", due.pay() and due["paid"] and due["balance"] == 0)
    compare_invoice(due)
    check("an attempt is counted", due["attempt_count"] == 1 and due["due_date"] is None)
    poor = client.Customer.create(name="Poor", autopay=True, payment_source={
        "object": "card", "gateway": "simulated", "token": "decline_insufficient_funds"}).id
    unpaid = client.Invoice.create(customer=poor, items=items, discounts=["five"])
    refused(f"/invoices/{unpaid.id}/pay", None, None)
    unpaid = client.Invoice.retrieve(unpaid.id)
    compare_invoice(unpaid)
    check("it is tried again", unpaid["attempt_count"] == 1 and unpaid["next_payment_attempt"])
    barred = client.Invoice.create(
        customer=payer, items=items, disabled_payment_methods=["credit_card"])
    refused(f"/invoices/{barred.id}/pay", None, None)
    refused(f"/invoices/{known['id']}/pay", None, None)
    # Delete.
    draft = client.Invoice.create(customer=customer, items=items, draft=True)
    check("a draft is deleted", draft.delete())
    plain("GET", f"/invoices/{draft.id}", status=404)
    refused(f"/invoices/{known['id']}", None, None, "DELETE")
    return customer, payer


# MARK: Zuora


def ask_zuora_plainly(customer, payer):
    """Calls the thirteen operations of Zuora's document below /zuora."""
    items = [{"name": "A", "unit_amount": 10, "quantity": 2, "description": "B"}]

    def make(account=customer, **others):
        return compare_zuora(plain("POST", "/zuora/invoices", {
            "account_id": str(account), "currency": "USD", "items": items, **others}))

    def step(invoice, word, body=None):
        return compare_zuora(plain("POST", f"/zuora/invoices/{invoice['id']}/{word}", body))

    draft = make(state="draft", description="soon", custom_fields={"color": "red"},
                 due_date="2099-01-01")
    check("it is a draft", draft["state"] == "draft" and draft["total"] == 20)
    path = f"/zuora/invoices/{draft['id']}"
    check("it is retrieved", compare_zuora(plain("GET", path)) == draft)
    changed = compare_zuora(plain("PATCH", path, {"description": "now"}))
    check("one field is changed, the others are not",
          changed == {**draft, "description": "now", "updated_time": changed["updated_time"]})
    check("it is opened", step(draft, "post")["state"] == "open")
    check("it is a draft again", step(draft, "unpost")["state"] == "draft")
    plain("POST", f"{path}/cancel", status=None)
    refused(f"{path}", None, None, "DELETE")
    second = make()
    check("a draft is canceled", step(second, "cancel")["state"] == "canceled")
    refused(f"/zuora/invoices/{second['id']}", None, None, "DELETE")
    third = make(state="draft")
    check("a draft is deleted", plain("DELETE", f"/zuora/invoices/{third['id']}") is None)
    refused(f"/zuora/invoices/{third['id']}", None, None, "GET", 404)
    opened = make(state="open")
    for word in ("cancel", "post"):
        refused(f"/zuora/invoices/{opened['id']}/{word}", None, None)
    told = plain("POST", f"/zuora/invoices/{opened['id']}/email",
                 {"email_addresses": ["client@example.com"]})
    check("it is sent", told == {"success": True, "id": opened["id"]})
    check("it is reversed", step(opened, "reverse")["state"] == "void")
    refused(f"/zuora/invoices/{opened['id']}/reverse", None, None)
    off = step(make(state="open"), "write-off", {"reason": "gone"})
    check("it is written off", off["balance"] == 0 and not off["paid"])
    paid = step(make(payer, state="open"), "pay")
    check("it is paid", paid["paid"] and paid["balance"] == 0)
    refused(f"/zuora/invoices/{paid['id']}/unpost", None, None)
    refused("/zuora/invoices", {"account_id": str(customer), "colour": "red"}, "colour")
    refused("/zuora/invoices", {"account_id": str(customer), "items": [{"name": "A"}]},
            "items.0.unit_cost")
    for list_path, title in [("/zuora/invoices", "Zuora: the invoice object"),
                             ("/zuora/invoice_items", "Zuora: the invoice item object")]:
        walked, cursor = [], {}
        while True:
            told = plain("GET", list_path, query={"page_size": 2, **cursor})
            check("a list is data and the next page", set(told) == {"data", "next_page"})
            walked += told["data"]
            if not told["data"]:
                break
            cursor = {"cursor": told["data"][-1]["id"]}
        check("an empty list is the end", len(walked) > 5)
        check("nothing comes twice", len({one["id"] for one in walked}) == len(walked))
        for one in walked:
            compare(title, one)
    stranger = plain("GET", "/zuora/invoices", status=401, auth=False)
    check("who has no key is told so", stranger["reasons"][0]["code"] == 50000011)
    wrong_cursor = plain("GET", "/zuora/invoices", query={"cursor": "soon"}, status=400)
    check("a cursor is named", wrong_cursor["reasons"][0]["field"] == "cursor")


def ask_zuora_by_client(customer):
    """Calls those of the operations that Zuora's client has; it has no call that pays."""
    client = zuora_client()
    invoices = InvoicesApi(client.api_client)
    today = datetime.date.today().isoformat()

    def make(status):
        made = invoices.create_standalone_invoice(CreateInvoiceRequest.from_dict({
            "accountId": str(customer), "invoiceDate": today, "status": status, "invoiceItems": [
                {"chargeName": "A", "amount": 20, "serviceStartDate": today}]}))
        check("it is created", made.success and made.id)
        return made.id

    def state(invoice):
        shown = invoices.get_invoice(invoice)
        plainly = plain("GET", f"/zuora/invoices/{invoice}")
        check("both manners show the same", (shown.id, shown.amount, shown.balance) == (
            plainly["id"], plainly["total"], plainly["balance"]))
        return shown.status

    one = make("Draft")
    changed = invoices.update_invoice(one, UpdateInvoiceRequest.from_dict({"comments": "now"}))
    check("it is changed", changed.success and invoices.get_invoice(one).comments == "now")
    check("it is posted", invoices.post_invoice(one, {}).success and state(one) == "Posted")
    check("it is unposted", invoices.unpost_invoice(one).success and state(one) == "Draft")
    two = make("Draft")
    check("it is canceled", invoices.cancel_invoice(two).success and state(two) == "Canceled")
    three = make("Draft")
    check("it is deleted", invoices.delete_invoice(three).success)
    plain("GET", f"/zuora/invoices/{three}", status=404)
    four = make("Posted")
    invoices.email_invoice(four, EmailBillingDocumentRequest.from_dict({
        "emailAddresses": "client@example.com", "useEmailTemplateSetting": False}))
    check("it is reversed", invoices.reverse_invoice(
        four, ReverseInvoiceRequest.from_dict({})).success and state(four) == "Reversed")
    five = make("Posted")
    check("it is written off", invoices.write_off_invoice(five, {"comment": "gone"}).success)
    check("nothing is left", plain("GET", f"/zuora/invoices/{five}")["balance"] == 0)
    items = invoices.get_invoice_items(five).invoice_items
    check("it has its item", len(items) == 1 and items[0].charge_amount == "20")
    queries = ObjectQueriesApi(client.api_client)
    first = queries.query_invoices(page_size=1).data[0]
    second = queries.query_invoices(page_size=1, cursor=first.id).data[0]
    check("a list goes on after a cursor", int(second.id) > int(first.id))
    client.stop_auto_auth()


# MARK: What was seen

ask_zuora_plainly(*ask_invoiced())
ask_zuora_by_client(plain("GET", "/customers")[0]["id"])

wanted = [(api, endpoint) for api in (INVOICED, ZUORA) for endpoint in PAGE.endpoints(api)]
for endpoint in wanted:
    check(f"{endpoint} was not called", endpoint in called)
    print(f"{endpoint[0].split(':')[0]} {endpoint[1]}: {', '.join(sorted(called[endpoint]))}")
used = {(api, *row) for api, title in [(INVOICED, "Invoiced: parameters"),
                                       (ZUORA, "Zuora: parameters")]
        for row in PAGE.parameters(title)}
check(f"{used - parameters} was not used", used <= parameters)
# Of these there is never a value here: nothing bounces, no portal has files, and nobody chases.
EMPTY = {("Invoiced: the email object", "reject_reason"), ("Invoiced: the file object", "url"),
         ("Invoiced: the invoice object", "next_chase_on")}
wanted = {(title, name) for title in PAGE.parts if title.endswith(" object")
          for name in PAGE.object(title)[0]}
check(f"{wanted - attributes - EMPTY} never had a value", wanted - attributes == EMPTY)
print(f"{len(called)} endpoints, {len(used)} parameters, {len(wanted)} attributes")
