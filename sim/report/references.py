"""What the statistics of a page rest on: a sentence on the method as used here, and its source."""

from __future__ import annotations

from typing import NamedTuple

from sim.analysis.intervals import CONFIDENCE, DRAWS


class Reference(NamedTuple):
    """What is done, and who said how."""

    method: str
    source: str


REFERENCES: dict[str, Reference] = {
    "kaplan-meier": Reference(
        "Share of firms alive: Kaplan-Meier, firms alive at the end censored; pointwise "
        f"{CONFIDENCE:.0%} bands on the log-log scale.",
        "Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. "
        "Journal of the American Statistical Association 53, 457-481. Kalbfleisch JD, Prentice RL "
        "(1980). The Statistical Analysis of Failure Time Data. Wiley.",
    ),
    "clusters": Reference(
        "Firms of one run share a market, so variances are sums over runs, not over firms.",
        "Lee EW, Wei LJ, Amato DA (1992). Cox-type regression analysis for large numbers of small "
        "groups of correlated failure time observations. In: Survival Analysis: State of the Art, "
        "237-247. Kluwer.",
    ),
    "restricted-mean": Reference(
        "Mean weeks alive: area under the Kaplan-Meier curve up to the longest time observed.",
        "Irwin JO (1949). The standard error of an estimate of expectation of life. Journal of "
        "Hygiene 47, 188-189.",
    ),
    "log-rank": Reference(
        "Log-rank test of equal hazards, its variance robust to firms of one run failing together.",
        "Mantel N (1966). Evaluation of survival data and two new rank order statistics arising in "
        "its consideration. Cancer Chemotherapy Reports 50, 163-170.",
    ),
    "incidence": Reference(
        "Causes of exit compete: cumulative incidence of each, which with the share alive adds up "
        "to one.",
        "Aalen OO, Johansen S (1978). An empirical transition matrix for non-homogeneous Markov "
        "chains based on censored observations. Scandinavian Journal of Statistics 5, 141-150.",
    ),
    "holm": Reference(
        "P-values of a family of tests are adjusted together, by Holm's steps.",
        "Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian "
        "Journal of Statistics 6, 65-70.",
    ),
    "bootstrap": Reference(
        f"Intervals of means, shares and differences: bias-corrected accelerated bootstrap, "
        f"{DRAWS:,} resamples of whole runs, {CONFIDENCE:.0%}.",
        "Efron B (1987). Better bootstrap confidence intervals. Journal of the American "
        "Statistical Association 82, 171-185.",
    ),
    "wilson": Reference(
        "Shares on which all runs agree have no spread to resample: their interval is Wilson's.",
        "Wilson EB (1927). Probable inference, the law of succession, and statistical inference. "
        "Journal of the American Statistical Association 22, 209-212.",
    ),
    "common-draws": Reference(
        "Differences are paired: strategies within a run, treatments within a replicate, which "
        "share people and luck (common random numbers).",
        "Law AM (2015). Simulation Modeling and Analysis, 5th edition, section 11.2. McGraw-Hill.",
    ),
    "hazard": Reference(
        "Risk of exit over time: Nelson-Aalen increments smoothed with an Epanechnikov kernel.",
        "Ramlau-Hansen H (1983). Smoothing counting process intensities by means of kernel "
        "functions. Annals of Statistics 11, 453-466.",
    ),
    "effect-size": Reference(
        "Effect sizes: the difference over its own spread, and the share of pairs in which the "
        "first is ahead.",
        "Cohen J (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd edition. "
        "Erlbaum. Grissom RJ (1994). Probability of the superior outcome of one treatment over "
        "another. Journal of Applied Psychology 79, 314-316.",
    ),
    "randomisation": Reference(
        "P-values of differences: randomisation test, signs of the pairs dealt out at random.",
        "Fisher RA (1935). The Design of Experiments. Oliver & Boyd.",
    ),
    "sobol": Reference(
        "Shares of variance by factor, alone and with interactions; the noise of replicates is "
        "taken out.",
        "Saltelli A, Annoni P, Azzini I, Campolongo F, Ratto M, Tarantola S (2010). Variance based "
        "sensitivity analysis of model output. Computer Physics Communications 181, 259-270.",
    ),
    "shapley": Reference(
        "What each of several factors brings: its mean over all orders in which they could be "
        "added, exactly, replicate by replicate.",
        "Shapley LS (1953). A value for n-person games. In: Kuhn HW, Tucker AW (eds) "
        "Contributions to the Theory of Games II, 307-317. Princeton University Press.",
    ),
    "morris": Reference(
        "Elementary effects by factor, held against those that noise alone would give.",
        "Morris MD (1991). Factorial sampling plans for preliminary computational experiments. "
        "Technometrics 33, 161-174. Campolongo F, Cariboni J, Saltelli A (2007). An effective "
        "screening design for sensitivity analysis of large models. Environmental Modelling & "
        "Software 22, 1509-1518.",
    ),
    "rules": Reference(
        "Rules in words: boxes by peeling and pasting, and trees of depth two; measured on points "
        "left out, and against shuffled outcomes.",
        "Friedman JH, Fisher NI (1999). Bump hunting in high-dimensional data. Statistics and "
        "Computing 9, 123-143. Breiman L, Friedman JH, Olshen RA, Stone CJ (1984). Classification "
        "and Regression Trees. Wadsworth.",
    ),
    "nash": Reference(
        "Equilibria of the empirical game of pairs: all of equal support, by enumeration.",
        "Porter R, Nudelman E, Shoham Y (2008). Simple search methods for finding a Nash "
        "equilibrium. Games and Economic Behavior 63, 642-662.",
    ),
    "replicator": Reference(
        "Replicator dynamics: strategies that earn more than the mean grow.",
        "Taylor PD, Jonker LB (1978). Evolutionary stable strategies and game dynamics. "
        "Mathematical Biosciences 40, 145-156.",
    ),
    "imitation": Reference(
        "Entrants take after what pays among living firms: logit choice, with mutation.",
        "Blume LE (1993). The statistical mechanics of strategic interaction. Games and Economic "
        "Behavior 5, 387-424. Traulsen A, Nowak MA, Pacheco JM (2006). Stochastic dynamics of "
        "invasion and fixation. Physical Review E 74, 011909.",
    ),
    "fixation": Reference(
        "Chance that one firm's strategy takes over, by imitation, against that of a neutral one.",
        "Nowak MA, Sasaki A, Taylor C, Fudenberg D (2004). Emergence of cooperation and "
        "evolutionary stability in finite populations. Nature 428, 646-650. Traulsen A, Nowak MA, "
        "Pacheco JM (2006). Stochastic dynamics of invasion and fixation. Physical Review E 74, "
        "011909.",
    ),
    "alpha-rank": Reference(
        "Share of time under selection with rare mutation (alpha-rank in one population).",
        "Omidshafiei S, Papadimitriou C, Piliouras G, et al. (2019). Alpha-rank: multi-agent "
        "evaluation by evolution. Scientific Reports 9, 9937. Fudenberg D, Imhof LA (2006). "
        "Imitation processes with small mutations. Journal of Economic Theory 131, 251-262.",
    ),
}
