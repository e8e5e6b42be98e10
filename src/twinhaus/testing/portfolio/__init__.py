"""The endless stream of things that `twinhaus.testing.buildings` turns into twins and relationships."""

from twinhaus.testing.portfolio.estate import things
from twinhaus.testing.portfolio.things import Link, Thing, unique_id

__all__ = ["Link", "Thing", "things", "unique_id"]
