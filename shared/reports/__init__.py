"""What is told of many cases at once, to anybody: figures, the year, open data."""
