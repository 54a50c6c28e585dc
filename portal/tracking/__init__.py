"""Following a case: by reference alone, unlocked by a code, or through the private link."""
