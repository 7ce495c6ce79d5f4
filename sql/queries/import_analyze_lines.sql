-- Lets the planner know how many lines of each object there are.
analyze import_line, import_part;
