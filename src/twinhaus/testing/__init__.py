"""For tests, the demo and measurements: portfolios of any size, real servers, and the contract of every store."""
