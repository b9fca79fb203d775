"""`make bench`: what computing, recomputing, reading and loading cost, beside the same work in other tools."""
