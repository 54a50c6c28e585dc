"""Filing in three steps: what about, the details, check. Each step is a plain form on an address of its own."""
