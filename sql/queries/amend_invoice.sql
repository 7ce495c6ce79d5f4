-- Notes terms and due date that were agreed after posting; the printed ones stay (RULES 2).
-- $1 invoice bigint, $2 terms text, $3 due date: null leaves what there is. Index: invoice_pkey.
update invoice i
set amended_payment_terms = coalesce($2, i.amended_payment_terms),
  amended_due_date = coalesce($3::date, i.amended_due_date), updated_at = now()
where i.invoice_id = $1
