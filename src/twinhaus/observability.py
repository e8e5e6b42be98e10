"""The server's own logs."""

import logging

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(level: str) -> None:
    """Log to standard error from this level on."""
    logging.basicConfig(level=level.upper(), format=_FORMAT)
