"""The HTTP interface: JSON under `/api/v1`, the calendar, health, metrics and the pages that explain them."""
