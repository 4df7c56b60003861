"""What Bellhop does, step by step: imports the domain and ports, no AWS."""
