"""Settings: people of this laptop, the school, its year and classes, grading, the laptop itself."""
