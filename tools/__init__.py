"""What prepares and checks the working tree; nothing here is part of the running product."""
