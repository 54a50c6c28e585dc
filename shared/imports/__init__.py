"""What an estate has kept in Excel so far: flats, people and the register, looked at first and then taken over."""
