"""The demo estate 锦绣花园: places, people and eight weeks of cases, played through the real verbs."""
