"""Keep and find: the store's protocol, the reference store in memory, and the SQL stores."""
