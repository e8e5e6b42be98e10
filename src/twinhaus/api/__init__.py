"""Speak HTTP: the contract's words in and out, and nothing else."""
