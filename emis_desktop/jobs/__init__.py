"""Work that joins questions, paper and services, with progress and cancel, for screen and scripts alike."""
