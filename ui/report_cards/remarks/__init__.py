"""What is written about the pupils of a class beside their marks: a table that is typed in."""
