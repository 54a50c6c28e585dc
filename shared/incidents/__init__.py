"""Cases that are one matter: how they are found."""
