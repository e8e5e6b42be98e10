"""Tell whether the server in this container can answer: what the image's HEALTHCHECK runs. Exit code 0, else 1."""

import os
import sys
from http.client import HTTPConnection, HTTPException

TIMEOUT_SECONDS = 5.0  # Below the HEALTHCHECK's own, which would leave a process behind.


def is_ready(port: int) -> bool:
    """Whether `GET /readyz` is answered with 200: the process runs, and its store answers."""
    # Nothing that reads HTTP_PROXY: the question is for this container alone.
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("TWINHAUS_PORT") or 8080)) else 1)
