"""What the program costs, measured on this machine as ratios."""
