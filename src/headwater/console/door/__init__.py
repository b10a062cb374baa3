"""Who comes in: sessions, tokens, second factors, limits, and what every answer is marked with."""
