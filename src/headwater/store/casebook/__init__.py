"""The casebook: what people say and do about cases, in SQL, sealed and with an audit log that shows every change.

Start at :func:`headwater.store.casebook.opening.open_casebook`; every write happens in a transaction that the caller
opens (:meth:`~headwater.store.casebook.opening.Casebook.transaction`), with the time as an argument.
"""
