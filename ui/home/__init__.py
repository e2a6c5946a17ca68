"""Home: the figures of the day, what needs somebody, the latest on this laptop, two charts."""
