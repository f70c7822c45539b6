"""Open while there is cash; careful when it runs low."""

from dataclasses import replace

from sim.strategies import Decision, Options, Seen, Strategy


class Careful(Strategy):
    """Open to all, builds for all; when cash runs low it charges more and spends less."""

    class Options(Options):
        reserve: float = 0.3  # money per head below which it is careful

    def enter(self) -> Decision:
        return Decision(openness=0.8, ad_load=0.3, goal=1.0, budget={"build": 2, "media": 1})

    def review(self, seen: Seen) -> Decision:
        poor = seen.cash < self.options.reserve
        return replace(seen.current, openness=0.2 if poor else 0.8, reinvest=0.2 if poor else 0.6)
