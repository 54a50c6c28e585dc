"""What is learnt: causes, measures and whether they worked, training, the case library, the monthly review."""
