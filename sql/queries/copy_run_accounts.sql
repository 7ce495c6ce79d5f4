-- Takes in what became of each payer.
copy run_account (run_id, customer_id, batch_no, outcome, reason, invoices, inputs, outputs)
from stdin (format binary)
