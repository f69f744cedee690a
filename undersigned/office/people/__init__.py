"""Who works here: organisations, their sections, staff with roles, how they are invited and sign in."""
