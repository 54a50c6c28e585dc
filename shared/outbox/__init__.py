"""What must still be done outside the database, written with the change that causes it."""
