-- Lets the planner know how many invoices and items of them an import has read. A script.
analyze import_invoice, import_invoice_item;
