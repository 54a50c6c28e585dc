"""Whose it is: first responder, dispatch, acceptance, objection, transfer, escalation."""
