"""Every operation of the API, described once."""
