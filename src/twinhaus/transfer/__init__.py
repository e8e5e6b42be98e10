"""Bring graphs in, take them out."""
