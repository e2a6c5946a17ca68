"""The visual system: tokens, fonts, icons, palette and style sheet, in one place for all screens."""
