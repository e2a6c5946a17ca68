"""Files that people bring in and take away: tables of text in CSV, XLSX, XLS and ODS, and what their columns mean."""
