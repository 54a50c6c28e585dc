"""Who has a case open, and what they are writing: nobody is surprised, nothing typed is lost (F44)."""
