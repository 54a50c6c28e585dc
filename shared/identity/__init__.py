"""Who works here and where: estates, departments, people, roles, the duty roster, sign-in."""
