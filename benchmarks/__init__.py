"""How fast we are, each figure beside a baseline that ran in the same process."""
