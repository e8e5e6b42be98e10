"""A building as another vocabulary describes it, translated into twins and back by a table."""
