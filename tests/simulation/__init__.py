"""Tests of the simulation: it replays exactly, it holds, and it catches what is planted."""
