"""A case as a bundle of STIX 2.1."""
