"""Answers whose JSON is there as a text, as it is stored."""

from collections.abc import Mapping

from starlette.responses import Response

_TYPE = (b"content-type", b"application/json")


class JsonText(Response):
    """Such a text, as it is, with these headers beside its type and length."""

    media_type = "application/json"

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        # Starlette first looks whether the type and length are among the headers; here they never are.
        self.raw_headers = [_TYPE, (b"content-length", b"%d" % len(self.body))]
        if headers:
            self.raw_headers += [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
            ]
