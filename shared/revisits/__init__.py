"""Revisits (回访): asking the owner afterwards whether it is truly solved."""
