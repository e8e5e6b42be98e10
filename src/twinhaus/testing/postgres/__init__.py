"""A real PostgreSQL for tests and measurements: one that is there, or one that is started and leaves nothing behind."""
