"""The budgets, measured: `make bench`."""
