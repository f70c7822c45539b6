"""Real series beside simple curves and, where there is one, beside a model's forecast.

| module | what |
| --- | --- |
| ``observed`` | a series as arrays, with the part to fit and the part to judge |
| ``curves`` | Bass curve, logistic substitution, last value: fitted by least squares |
| ``baseline`` | the curve that a series calls for, with its 80% interval |
| ``scores`` | scaled error, coverage of an interval, R2 |
| ``judge`` | the table: who predicts the rest of each series better |
"""
