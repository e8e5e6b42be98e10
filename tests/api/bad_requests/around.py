"""What is wrong around the body: media types, sizes, methods, paths, flags, conditions, and conflicts."""

import gzip

from tests.api.bad_requests.request import (
    JSON,
    RELATIONSHIPS,
    TWINS,
    Bad,
    condition,
    encoded,
    oversize,
    sent,
    to_bytes,
    twin,
)
from tests.api.models import BARE

AROUND = [
    *(
        sent(
            f"{method} as {content_type}",
            method,
            path,
            415,
            "application/json",
            headers={"Content-Type": content_type},
        )
        for method, path in (
            ("PUT", TWINS),
            ("POST", TWINS),
            ("PATCH", TWINS),
            ("DELETE", TWINS),
            ("PATCH", "/twins/S-1"),
            ("PUT", RELATIONSHIPS),
        )
        for content_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded")
    ),
    sent("no content type", "PUT", TWINS, 415, "no content type", headers={}),
    sent("compressed", "PUT", TWINS, 415, "compressed", gzip.compress(b"{}"), headers=encoded("gzip")),
    sent("deflated", "POST", TWINS, 415, "compressed", b"{}", headers=encoded("deflate")),
    sent("twice encoded", "POST", TWINS, 415, "compressed", b"{}", headers=encoded("identity, br")),
    sent("compressed form", "POST", "/oauth2/token", 415, "compressed", b"x", headers=encoded("gzip")),
    *(
        oversize(path, method, chunked=chunked)
        for method, path in (
            ("PUT", TWINS),
            ("POST", TWINS),
            ("PATCH", TWINS),
            ("DELETE", TWINS),
            ("PATCH", "/twins/S-1"),
            ("PUT", RELATIONSHIPS),
            ("POST", "/oauth2/token"),
        )
        for chunked in (False, True)
    ),
    sent("GET /twins", "GET", TWINS, 405, "PUT, POST"),
    sent("OPTIONS of twins", "OPTIONS", TWINS, 405, "PUT, POST"),
    sent("POST a twin", "POST", "/twins/AHU-1", 405, "GET"),
    sent("PUT a twin by its path", "PUT", "/twins/AHU-1", 405, "GET"),
    sent("POST a relationship", "POST", RELATIONSHIPS, 405, "PUT"),
    sent("GET a token", "GET", "/oauth2/token", 405, "POST"),
    sent("POST to healthz", "POST", "/healthz", 405, "GET"),
    sent("unknown path", "GET", "/twin", 404, "openapi.json"),
    sent("path in capitals", "POST", "/TWINS", 404, "openapi.json"),
    sent("slash at the end", "POST", "/twins/", 404, "openapi.json"),
    sent("unknown version", "POST", "/api/v2/twins", 404, "openapi.json"),
    sent("a file of the server's", "GET", "/docs/api/..%2F..%2Fcli.py", 404, "../../cli.py"),
    sent("path that is not UTF-8", "GET", "/twins/%FF", 404, "not UTF-8"),
    sent("unknown twin", "GET", "/twins/nobody", 404, '"nobody"'),
    sent("unknown twin to delete", "DELETE", "/twins/nobody", 404, '"nobody"'),
    sent("unknown relationship", "DELETE", "/twins/AHU-1/relationships/x", 404, '"x"'),
    sent(
        "relationship of others", "DELETE", "/twins/AHU-1/relationships/L02_isPartOf_BLDG-1", 404, '"AHU-1"'
    ),
    sent("related twin to delete", "DELETE", "/twins/L02", 409, "L02_isPartOf_BLDG-1"),
    Bad("bad flag", "DELETE", "/twins/S-1?cascade=maybe", b"", ("cascade",), '"maybe"'),
    Bad("empty flag", "DELETE", "/twins/S-1?cascade=", b"", ("cascade",), "true or false"),
    Bad("flag given twice", "DELETE", "/twins/S-1?cascade=true&Cascade=true", b"", ("cascade",), "twice"),
    Bad("unknown flag", "DELETE", "/twins/S-1?casacde=true", b"", ("casacde",), 'Did you mean "cascade"?'),
    Bad("query that is not UTF-8", "DELETE", "/twins/S-1?cascade=%FF", b"", ("$",), "UTF-8"),
    Bad("bad tag to delete", "DELETE", "/twins/S-1", b"", ("if-match",), "quotes", headers={"If-Match": "x"}),
    sent(
        "stale tag to delete",
        "DELETE",
        "/twins/S-1",
        412,
        "read it again",
        b"",
        headers={**JSON, "If-Match": '"0"'},
    ),
    condition("tag without quotes", "If-Match", "3fc9"),
    condition("tag with one quote", "If-Match", '"3fc9'),
    condition("empty tag", "If-Match", ""),
    condition("bad tag among good ones", "If-None-Match", '"a", b'),
    condition("tags without a comma", "If-None-Match", '"a" "b"'),
    condition("any and one more", "If-None-Match", '*, "a"'),
    condition("only commas", "If-Match", ", ,"),
    sent(
        "stale tag",
        "PUT",
        TWINS,
        412,
        "If-Match",
        to_bytes(twin(id="S-1")),
        headers={**JSON, "If-Match": '"0"'},
    ),
    sent(
        "new twin with If-Match",
        "PUT",
        TWINS,
        412,
        "If-Match",
        to_bytes(twin()),
        headers={**JSON, "If-Match": "*"},
    ),
    sent(
        "twin that exists",
        "PUT",
        TWINS,
        412,
        "If-None-Match",
        to_bytes(twin(id="L02")),
        headers={**JSON, "If-None-Match": "*"},
    ),
    sent(
        "forbidden change of model",
        "PUT",
        TWINS,
        409,
        "L02_isPartOf_BLDG-1",
        to_bytes(twin(id="L02", modelId=BARE)),
    ),
]
