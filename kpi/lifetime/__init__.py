"""Predicted lifetime value: how often customers will buy again, and what it will be worth; a job of the worker."""
