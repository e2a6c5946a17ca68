"""Files that people bring in and take away: tables in CSV, XLSX, XLS and ODS, and their columns."""
