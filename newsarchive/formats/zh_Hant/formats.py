"""Where Django's own formats aren't what is written: 02月28日."""

MONTH_DAY_FORMAT = "n月j日"
