"""Definitions of KPIs and the arithmetic that turns facts into numbers a person can trust."""
