"""All there is to ask, as both clients have it."""

from twinhaus_client.groups import Group, S_co
from twinhaus_client.operations.twins import Twins


class Api(Group[S_co]):
    """The groups of operations."""

    def __init__(self, sender: S_co) -> None:
        super().__init__(sender)
        self.twins = Twins(sender)
