"""What selection between firms leaves: an empirical game of strategies, and its evolution.

| module | from | to |
| --- | --- | --- |
| ``payoffs`` | the firms of a tournament's markets | payoff of a firm by strategy and mixture |
| ``equilibria`` | the matrix of pairs | best replies, Nash equilibria, which are stable (ESS) |
| ``dynamics`` | the same | replicator dynamics, their rest points |
| ``fixation`` | payoffs in a market of N firms | chance that one firm's strategy takes over |
| ``alpharank`` | those chances | share of time that selection leaves to a strategy |
| ``invasion`` | markets of one against N - 1 | whether one firm can invade |
| ``selection`` | a payoff table | all of these, with how sure each is |
| ``words``, ``frames`` | that | two sentences, and tables |
"""
