"""One transaction, whatever the engine: what is put waits, and is written all at once."""
