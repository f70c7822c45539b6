"""History, played again: from the file of a replay to its judgement beside a simple curve.

| step | module |
| --- | --- |
| a person's own series and options become a replay | ``own`` |
| the whole way: calibrate, draw from the posterior, forecast, judge | ``play`` |
| parameters from the stored runs of the prior | ``fitting`` |
| simulated rows become a median and a band | ``forecast`` |
| why a simple curve does better, where it does | ``reasons`` |
| the answer in two sentences | ``words`` |
| tables and figures as files | ``files`` |
| all replays, and one table over all series | ``everything`` |
| one page to hand round | ``page`` |

Runs are made by ``sim.experiments``, which stores them; what is known of arrays is in
``sim.analysis``; figures are in ``sim.plots``.
"""
