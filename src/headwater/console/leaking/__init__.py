"""A leak as pages show it: whose rows, who took them, when, and what would be left without each reason."""
