"""What the `fairlead` command does, one file for each part of the work; only `cli.py` imports them."""
