"""Virtual tables: columns, cells, model, delegate, heads and view, all drawn from the tokens."""
