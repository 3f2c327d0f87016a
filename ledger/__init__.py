"""The books as plain frozen values; standard library only, no clock, no I/O."""
