"""Work that joins questions, reports and services, with progress and cancel, for screen and command line alike."""
