"""The case folder: its settings, its files, how they are opened, decoded and cut into lines or sheets."""
