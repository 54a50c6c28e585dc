"""`flask doctor`: everything that an operator can set wrong or has to look after, a line for each."""
