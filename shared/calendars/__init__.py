"""When an estate works: opening hours, statutory holidays and make-up working days."""
