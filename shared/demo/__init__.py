"""The demo estate 锦绣花园: places, people and sixteen weeks of cases, played through the real verbs."""
