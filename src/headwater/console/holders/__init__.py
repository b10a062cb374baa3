"""What is held where: persons that holders have in common, and which file was made of which."""
