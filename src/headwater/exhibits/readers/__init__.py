"""Readers of documents, one format each: found by file, in no order."""
