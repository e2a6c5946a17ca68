"""The running program: one window, who is signed in, what happens when they lock, faults in plain words."""
