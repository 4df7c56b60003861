"""``make demo``: hotel emails through a real deployment, and what became of each."""
