"""The rule book as data: presets, their schema, and the versions in force at each estate."""
