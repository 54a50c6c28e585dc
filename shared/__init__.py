"""The domain: one package per noun, imported downwards only (the order stands in pyproject.toml)."""
