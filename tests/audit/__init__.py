"""Measures the running product from outside, as a stranger on a slow telephone would: `python -m tests.audit`."""
