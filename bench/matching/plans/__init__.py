"""One file for each group of cases: what is paid, by whom, and what the right answer is."""
