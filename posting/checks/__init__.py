"""What has to hold before anything is posted: one guard a cause, each with a sentence and a remedy."""
