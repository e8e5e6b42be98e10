"""Which models extend which, as a tree to print."""

from collections.abc import Mapping, Sequence

from rich.text import Text
from rich.tree import Tree

from twinhaus.dtdl import Registry
from twinhaus.dtdl.words import count

DEPTH_MAX = 32  # More than DTDL lets models extend one another.


def inheritance_trees(registry: Registry, roots: Sequence[str], *, depth: int) -> list[Tree]:
    """A tree for each root, or for each model that extends no other; each model names how many extend it.

    What extends several models stands below each of them; its own branches are drawn the first time only.
    """
    children = _children_of(registry)
    drawn: set[str] = set()

    def grow(tree: Tree, model_id: str, left: int) -> None:
        is_again = model_id in drawn
        drawn.add(model_id)
        for child in children.get(model_id, ()) if left and not is_again else ():
            has_branches = child in drawn and child in children
            grow(tree.add(_label(registry, child, is_again=has_branches)), child, left - 1)

    trees = []
    for root in roots or _roots_of(registry):
        tree = Tree(_label(registry, root, is_again=False), guide_style="dim")
        drawn.discard(root)
        grow(tree, root, depth)
        trees.append(tree)
    return trees


def _roots_of(registry: Registry) -> list[str]:
    return sorted(id for id in registry.ids if not registry.get_interface(id).extends)


def summary(registry: Registry) -> Text:
    """How many models there are, and how many of them extend no other."""
    roots = len(_roots_of(registry))
    verb = "extends" if roots == 1 else "extend"
    return Text(f"{count(len(registry), 'model')}; {roots} {verb} no other.", "bold")


def _children_of(registry: Registry) -> Mapping[str, list[str]]:
    children: dict[str, list[str]] = {}
    for id in sorted(registry.ids):
        for parent in dict.fromkeys(registry.get_interface(id).extends):
            children.setdefault(parent, []).append(id)
    return children


def _label(registry: Registry, model_id: str, *, is_again: bool) -> Text:
    below = len(registry.descendants(model_id)) - 1
    more = ", drawn above" if is_again else ""
    return Text.assemble((model_id, "cyan"), (f"  {below} below{more}" if below else "", "dim"))
