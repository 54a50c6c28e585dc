"""What is owed each week, month, quarter and year: reminded before, recorded once when it was missed (GZ-17B)."""
