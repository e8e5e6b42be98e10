"""SQL stores: one schema, one compiler from plans to statements, and what each engine does its own way."""
