"""Mail to the desk: read from its mailbox, it becomes a case or an addition to one."""
