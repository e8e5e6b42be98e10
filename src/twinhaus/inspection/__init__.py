"""`twinhaus models tree`, `show` and `diff`: models to look at, and to compare."""
