"""How fast a pull is, beside what bounds it: the provider, the wire, the database, and a peer."""
