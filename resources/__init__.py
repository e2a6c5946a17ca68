"""Icons, fonts, words, styles, templates and country profiles; imports nothing of ours."""
