"""A developer's page: every block and the shell with invented data, to be looked at.

python -m ui.gallery              show it
python -m ui.gallery --shot DIR   write pictures: light and dark, wide and compact, right to left
"""
