"""Evidence: all that stands behind one application of cash, from the bank line to the read-back and its undo."""
