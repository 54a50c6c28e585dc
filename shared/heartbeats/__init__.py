"""Signs of life: who last worked, and when."""
