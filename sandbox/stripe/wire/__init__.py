"""The HTTP side: forms, parameters, lists, expansion, errors, keys, Connect and the routes."""
