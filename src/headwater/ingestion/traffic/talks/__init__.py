"""Chat exports: one module per layout, each with a ``READER``; found by file, there is no list to edit.

A reader says what its file says: who wrote to whom, when, what, of which kind, with which sum, file and quotation; and what the
file tells of accounts (nicknames, remarks, whose phone it was, who was in a group). Whose account is whose is settled later.
"""
