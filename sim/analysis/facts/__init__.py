"""Stylised facts: 22 patterns of real markets, each with a statistic and a range to hit or miss."""
