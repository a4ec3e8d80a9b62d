"""The words of the field in both languages, with the subject that they belong to."""

from kamlib.language import phrase, speaking, tr
from kamlib.methods.registry import SECTIONS

TERMS: dict[str, tuple[str, ...]] = {
    "executive": (phrase("As-of day"), phrase("Snapshot"), phrase("Quarantine"), phrase("Reporting currency")),
    "concentration": (
        phrase("Concentration ratio (CR-k)"),
        phrase("Effective number of clients"),
        phrase("Gini coefficient"),
        phrase("Lorenz curve"),
        phrase("Related party"),
        phrase("Risk appetite"),
    ),
    "stress": (
        phrase("Borrowing base"),
        phrase("Break-even revenue"),
        phrase("Contribution margin"),
        phrase("Debt service coverage (DSCR)"),
        phrase("Expected shortfall"),
        phrase("Exposure at default"),
        phrase("Loss given default"),
        phrase("Probability of default"),
        phrase("Reverse stress test"),
        phrase("Value at risk"),
    ),
    "ranking": (phrase("Analytic hierarchy process (AHP)"), phrase("Whale curve"), phrase("Cost to serve")),
    "credit": (
        phrase("Ageing schedule"),
        phrase("Altman Z-score"),
        phrase("Average days delinquent"),
        phrase("Best possible DSO"),
        phrase("Collection effectiveness index (CEI)"),
        phrase("Credit limit"),
        phrase("Credit note"),
        phrase("Days past due"),
        phrase("Provision matrix"),
        phrase("Roll rate"),
        phrase("Stages of IFRS 9"),
        phrase("Unapplied cash"),
    ),
    "early_warning": (
        phrase("False alarm"),
        phrase("Hard event"),
        phrase("Precision of warnings"),
        phrase("Recall of warnings"),
        phrase("Exponentially weighted moving average (EWMA)"),
        phrase("Cumulative sum (CUSUM)"),
    ),
    "profile": (
        phrase("Change of control"),
        phrase("Churn"),
        phrase("Force majeure"),
        phrase("Hazard rate"),
        phrase("Liquidated damages"),
        phrase("Minimum volume"),
        phrase("Notice period"),
        phrase("Price adjustment"),
        phrase("Share of wallet"),
        phrase("Survival curve"),
    ),
    "treatment": (
        phrase("Deposit"),
        phrase("Early-payment discount"),
        phrase("Credit insurance"),
        phrase("Factoring without recourse"),
        phrase("Guarantee"),
        phrase("Inherent and residual risk"),
        phrase("Insured limit"),
        phrase("Letter of credit"),
        phrase("Mitigation"),
        phrase("Prepayment"),
        phrase("Protracted default"),
        phrase("Retention of title"),
    ),
    "post_mortem": (phrase("Counterfactual"), phrase("Post-mortem"), phrase("Recovery")),
}


def index_of_terms() -> list[tuple[str, str, str]]:
    """Every term in English and Chinese with its section, each once, in the order of the English words.

    Examples
    --------
    >>> index_of_terms()[0]
    ('A mitigation alone', '单项缓释措施', 'treatment')
    """
    found: dict[str, str] = {}
    for section, definitions in SECTIONS.items():
        for word in (*(definition.name for definition in definitions), *TERMS.get(section, ())):
            found.setdefault(word, section)
    with speaking("zh"):
        chinese = {word: tr(word) for word in found}
    return [(word, chinese[word], found[word]) for word in sorted(found, key=str.casefold)]
