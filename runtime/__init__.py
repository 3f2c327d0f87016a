"""Settings, wiring, clock, logs, queue and jobs: the one place that knows everything."""
