-- Lets the planner know how many lines of each object there are.
analyze import_line (line, object), import_part (line, object);
