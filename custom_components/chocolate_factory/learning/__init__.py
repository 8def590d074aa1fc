"""What is learned from the past: prices to come, and how good an hour will turn out to be."""
