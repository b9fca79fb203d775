"""Personal data: what becomes of it at intake, and getting or erasing what is kept of one person."""
