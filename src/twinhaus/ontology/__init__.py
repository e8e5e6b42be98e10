"""The starter ontology: our own DTDL v3 models under the public ids, so that the contract's examples work.

Any other ontology can take its place; nothing in the server knows these models (README.md beside this file).
"""

from importlib.resources import files


def documents() -> tuple[str, ...]:
    """The JSON text of every model file, in order of file name; each is an array of DTDL interfaces."""
    folder = sorted(files(__name__).iterdir(), key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in folder if file.name.endswith(".json"))
