"""The lake's messages, payments and facts as frames: each message and each transfer once, whoever's device shows it."""
