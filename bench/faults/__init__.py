"""The product under faults of providers, network, queue, clocks and itself: each run has to end with the truth."""
