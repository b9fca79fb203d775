"""The process that works while people look: it pulls, computes and keeps house, at start and every hour."""
