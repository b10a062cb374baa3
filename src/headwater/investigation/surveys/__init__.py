"""A scan of any files: who reads them, what is remembered of them, and the answer."""
