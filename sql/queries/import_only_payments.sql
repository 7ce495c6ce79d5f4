-- Leaves payments as the only objects that a line may be.
delete from import_object where object <> 'payment';
