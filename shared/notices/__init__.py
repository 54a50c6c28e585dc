"""The public notice column (MS-8): written by one, approved by another, published and expired by time."""
