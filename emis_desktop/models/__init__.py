"""Tables, one aggregate a file; each column's merge rule and sensitivity class stand in its ``info``."""
