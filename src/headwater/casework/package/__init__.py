"""Evidence packages: one file that holds what was written, digests of all that was read, and a signature over both."""
