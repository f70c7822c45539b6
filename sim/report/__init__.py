"""One page to hand round: what analysis computed about stored results, as a single HTML file.

| step | module |
| --- | --- |
| a folder of results becomes everything a page may say of it | ``subject`` |
| sections in their order, each of parts that apply or do not | ``sections`` |
| a part is a list of blocks: text, table, figure | ``blocks``, ``figures`` |
| numbers as a reader sees them | ``words`` |
| a figure becomes inline SVG | ``svg`` |
| blocks become the page | ``build``, ``page.html.j2``, ``page.css`` |
"""

from __future__ import annotations

from sim.report.build import page, write_report

__all__ = ["page", "write_report"]
