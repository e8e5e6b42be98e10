"""From a query plan to SQL, whatever the engine: what filters yield, what they test. Pure."""
