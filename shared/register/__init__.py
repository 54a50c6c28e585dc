"""The register (台账): reads of cases for desk, list, search and board. Nothing here writes."""
