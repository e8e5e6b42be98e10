"""Paths into contents, as fields of filters and columns of tables are written."""


def join(path: str, key: str) -> str:
    """The path of a member; a key with signs of paths in it is quoted, as in `customTags["a.b"]`."""
    if path and not any(sign in key for sign in '.[]"\\'):
        return f"{path}.{key}"
    if not path and key:
        return key
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{escaped}"]'
