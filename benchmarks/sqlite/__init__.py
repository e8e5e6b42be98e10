"""Stores in files, and their floors."""
