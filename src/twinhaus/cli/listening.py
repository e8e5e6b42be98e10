"""Whether a server can listen where it is to, asked before anything is made or changed for it."""

import socket

import click


def insist_on_address(host: str, port: int) -> None:
    """End the command in one line, and with 1, where this program cannot have the address."""
    refusal: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        refusal, found = error, []
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As the server does, too.
                probe.bind(address)
        except OSError as error:
            refusal = error
        else:
            return  # A name may stand for addresses that this machine does not have.
    assert refusal is not None, "a name without addresses is an error"
    raise click.ClickException(f"No server can listen on {host}:{port}: {refusal.strerror}.")
