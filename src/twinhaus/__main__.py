"""`python -m twinhaus`: the same as `twinhaus`."""

from twinhaus.cli import main

if __name__ == "__main__":
    main()
