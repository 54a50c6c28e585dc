"""Files for people to take along: spreadsheets and sheets of paper."""
