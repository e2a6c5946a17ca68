"""The report card: frozen values in, a PDF out; knows neither the database nor the screen."""

from reports.report_card.design import STANDARD, CardDesign
from reports.report_card.desk import CardWarning
from reports.report_card.writer import CardResult, save_cards, save_each, write_cards

__all__ = ["STANDARD", "CardDesign", "CardResult", "CardWarning", "save_cards", "save_each", "write_cards"]
