"""What parents and forms propose for pupils' records: keyed in, waiting, accepted or declined."""
