"""Runs looked at person by person, week by week: what series of firms cannot tell.

A watcher sees the market after every week and keeps counts; the counts of a run are stored
beside its series, one file a run. Looking changes no result.
"""
