"""Whether the program is alive and able, in figures for machines."""
