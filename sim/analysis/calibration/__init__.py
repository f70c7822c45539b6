"""Parameters of a model from a series that happened: approximate Bayesian computation.

Nothing here runs a model: what comes in are arrays of stored runs, and what happened.

| module | what |
| --- | --- |
| ``ranges`` | the prior: a range a parameter, even on its own or on a logarithmic scale |
| ``summaries`` | many statistics to one number a parameter, by ridge regression |
| ``prior_check`` | whether the prior can produce what happened at all |
| ``posterior`` | the nearest runs, weighted and adjusted: draws of the posterior |
| ``identified`` | per parameter: median, 80% interval, and whether the data tell it |
| ``sbc`` | the method on itself: ranks of known truths must be uniform |
"""
