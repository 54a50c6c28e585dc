"""Supervision (督导): whether what the record says of the handling is so."""
