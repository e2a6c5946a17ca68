"""The textbooks of a school: what there is, who has them, what is overdue."""
