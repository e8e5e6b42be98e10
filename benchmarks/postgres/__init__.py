"""Stores in databases, and their floors."""
