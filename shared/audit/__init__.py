"""The record that cannot be edited: a timeline per case, daily roots over all of them, and who saw what."""
