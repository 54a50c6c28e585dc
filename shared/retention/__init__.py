"""How long personal data stays, and the party's own rights in it (PIPL 19, 45, 47)."""
