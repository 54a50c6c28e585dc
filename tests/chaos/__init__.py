"""The ledger checker (trust.md, A3.1): people use a desk whose parts are killed; what they were told is checked."""
