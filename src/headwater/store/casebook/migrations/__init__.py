"""Revisions of the casebook's tables, applied by :mod:`headwater.store.casebook.migrating`."""
