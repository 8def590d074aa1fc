"""What was: the store, and how it is kept complete."""
