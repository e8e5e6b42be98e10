"""How fast twinhaus is, and how far from its floors: `python -m benchmarks`. README.md says how to read it."""
