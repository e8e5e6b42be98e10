"""Who may: clients and their secrets, access tokens, and scopes."""
