"""The PostgreSQL driver: any number of processes on one database.

Transactions are SERIALIZABLE, so that a use case may look and then write as if it were alone, which on SQLite it is.
What PostgreSQL refuses because others were faster is run again, here and nowhere else: bodies have no other effects.
Reads of several rows share one snapshot; a read by key is a statement of its own, and many share a connection: see
`pipeline`. What fails because its connection was lost is tried once more on another one, unless a commit was on its
way: whether that happened only its client can find out, and gets a 503.

What is remembered of credentials is believed for a tenth of a second after the listener last proved itself: see
`listener`.
"""
