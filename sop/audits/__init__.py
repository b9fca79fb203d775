"""Audits of how procedures are followed: what is drawn and how much, what is asked, and what it says."""
