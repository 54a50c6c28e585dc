"""Who hears of a breach, rung by rung, until somebody answers (GZ-13)."""
