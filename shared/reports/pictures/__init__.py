"""Pictures of numbers: from plain values to lines, bars and words at their places. Pure; pages and papers draw them."""
