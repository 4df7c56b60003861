"""The rules of delivery: standard library only, no input and no output but the phrase files."""
