"""Other engines that do the same work on the same data: each in its natural best way, in a process of its own."""
