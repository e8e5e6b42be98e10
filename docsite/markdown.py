"""One Markdown text as HTML: its headings, links and words known, so that they can be led to, mended and found."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_CLASSES = HtmlFormatter(nowrap=True)
_BLANKS = re.compile(r'<span class="w">(\s+)</span>')  # Nobody sees their colour.
_WORD_CHARACTERS_MAX = 32
_NOT_IN_SLUGS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, and the anchor that leads to it."""

    rank: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and all words up to the next one: what a search finds."""

    heading: Heading
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """A link in a list, under a heading of the second rank: what navigation is made of."""

    group: str
    text: str
    link: str


class Document:
    """A Markdown text that has been read."""

    def __init__(self, text: str) -> None:
        self._tokens = _READER.parse(text)
        self.headings = tuple(self._name_headings())
        if not self.headings or self.headings[0].rank != 1:
            raise ValueError("A page begins with a heading of the first rank.")

    @property
    def title(self) -> str:
        return self.headings[0].text

    def links(self) -> Iterator[str]:
        """All that the text leads to, images included."""
        for token in self._inner():
            if (link := token.attrGet(_LINK_ATTRIBUTES.get(token.type, ""))) is not None:
                yield str(link)

    def html(self, resolve: Callable[[str], str]) -> str:
        """The text as HTML, with each link as `resolve` gives it."""
        for token in self._inner():
            attribute = _LINK_ATTRIBUTES.get(token.type, "")
            if (link := token.attrGet(attribute)) is not None:
                token.attrSet(attribute, resolve(str(link)))
        return str(_READER.renderer.render(self._tokens, _READER.options, {}))

    def sections(self) -> Iterator[Section]:
        """What stands under each heading."""
        headings = iter(self.headings)
        current: Heading | None = None
        words: list[str] = []
        for before, token in zip([None, *self._tokens], self._tokens, strict=False):
            if token.type == "inline" and before is not None and before.type == "heading_open":
                if current is not None:
                    yield Section(current, " ".join(words))
                current, words = next(headings), []
            elif token.type == "inline":
                words.append(_plain(token))
            elif token.type == "fence" and token.info.partition(" ")[0] not in _NOT_SOUGHT:
                words.append(" ".join(token.content.split()))
        if current is not None:
            yield Section(current, " ".join(words))

    def items(self) -> Iterator[Item]:
        """The first link of each element of a list."""
        group, is_first = "", False
        for before, token in zip([None, *self._tokens], self._tokens, strict=False):
            if token.type == "list_item_open":
                is_first = True
            elif token.type == "inline" and before is not None and before.tag == "h2":
                group = _plain(token)
            elif token.type == "inline" and is_first:
                is_first = False
                children = token.children or []
                for number, child in enumerate(children):
                    if child.type == "link_open":
                        yield Item(group, children[number + 1].content, str(child.attrGet("href")))
                        break

    def _inner(self) -> Iterator[Token]:
        return (child for token in self._tokens for child in token.children or [])

    def _name_headings(self) -> Iterator[Heading]:
        taken: dict[str, int] = {}
        for opening, token in zip(self._tokens, self._tokens[1:], strict=False):
            if opening.type == "heading_open":
                slug = anchor_of(token.content)
                number = taken.get(slug, 0)
                taken[slug] = number + 1
                anchor = f"{slug}-{number}" if number else slug
                opening.attrSet("id", anchor)
                yield Heading(int(opening.tag[1]), _plain(token), anchor)


def anchor_of(heading: str) -> str:
    """What leads to a heading, as on GitHub, so that links are good here and there."""
    return _NOT_IN_SLUGS.sub("", heading.lower()).replace(" ", "-")


_NOT_SOUGHT = ("", "json", "text")  # Data and output, which would hide what is said of them.
_LINK_ATTRIBUTES = {"link_open": "href", "image": "src"}


def _plain(token: Token) -> str:
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "image")
    )


def _fence(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    """A block of code; `tabindex` lets a keyboard scroll what is too wide."""
    language, code = (tokens[index].info.split() or ["text"])[0], tokens[index].content
    kind = "output" if language == "text" else "code"
    inner = escape(code) if language == "text" else _coloured(code, language)
    return f'<div class="sample {kind}"><pre tabindex="0"><code>{inner}</code></pre></div>\n'


def _coloured(code: str, language: str) -> str:
    lexer = get_lexer_by_name("bash" if language == "sh" else language, stripnl=False)
    return _BLANKS.sub(r"\1", highlight(code, lexer, _CLASSES))


def _table_open(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    return '<div class="table" tabindex="0"><table>\n'


def _table_close(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    return "</table></div>\n"


def _heading_close(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    """Headings but the first can be led to."""
    opening, text = tokens[index - 2], tokens[index - 1]
    link = (
        f'<a class="here" href="#{opening.attrGet("id")}" aria-label="Link to: {escape(_plain(text))}">#</a>'
    )
    return f"{link if opening.tag != 'h1' else ''}</{opening.tag}>\n"


def _th_open(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    """An empty cell heads nothing."""
    return '<th scope="col">' if tokens[index + 1].content else "<td>"


def _th_close(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    return "</th>" if tokens[index - 1].content else "</td>"


def _code_inline(self: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    """What is long may break anywhere, so that tables stay narrow; short words stay whole."""
    code = tokens[index].content
    is_long = any(len(word) > _WORD_CHARACTERS_MAX for word in code.split())
    return f'<code class="long">{escape(code)}</code>' if is_long else f"<code>{escape(code)}</code>"


_READER.add_render_rule("code_inline", _code_inline)
_READER.add_render_rule("fence", _fence)
_READER.add_render_rule("th_open", _th_open)
_READER.add_render_rule("th_close", _th_close)
_READER.add_render_rule("heading_close", _heading_close)
_READER.add_render_rule("table_open", _table_open)
_READER.add_render_rule("table_close", _table_close)
