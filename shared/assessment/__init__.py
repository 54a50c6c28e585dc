"""What a breach costs, as proposals that a person decides."""
