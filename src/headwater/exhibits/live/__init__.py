"""Sources that are not files: databases, remote stores and mailboxes, read where they are and never written (extra ``live``).

Only these modules can reach a network, and only when they are asked to by an address that the user gives.
"""
