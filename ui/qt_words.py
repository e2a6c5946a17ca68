"""What Qt says by itself - in its menus of text fields, its windows for files -, in the person's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

OWN = "en"
"""What Qt speaks without help."""


def speak_qt(language: str) -> bool:
    """Let Qt speak ``language`` from now on; False where it does not know it and speaks English."""
    application = QCoreApplication.instance()
    if application is None:
        return False
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    if language == OWN:
        return True
    words = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(f"qtbase_{language}", folder):
        return application.installTranslator(words)
    words.deleteLater()
    return False
