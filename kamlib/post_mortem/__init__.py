"""Post-mortems: what was known when, what was lost, what would have saved it, who looks alike, what to change."""

from kamlib.post_mortem.case import Case, CaseFile, list_cases, load_case
from kamlib.post_mortem.counterfactuals import Counterfactuals
from kamlib.post_mortem.lessons import Change, Lessons
from kamlib.post_mortem.lookalikes import LookAlikes
from kamlib.post_mortem.loss import LossResult, loss_of
from kamlib.post_mortem.published import derived_figures, published_exposure
from kamlib.post_mortem.replay import CaseReplay, replay_case
from kamlib.post_mortem.review import PostMortem, level_name, review_case, review_library
from kamlib.post_mortem.timeline import Timeline

__all__ = [
    "Case",
    "CaseFile",
    "CaseReplay",
    "Change",
    "Counterfactuals",
    "Lessons",
    "LookAlikes",
    "LossResult",
    "PostMortem",
    "Timeline",
    "derived_figures",
    "level_name",
    "list_cases",
    "load_case",
    "loss_of",
    "published_exposure",
    "replay_case",
    "review_case",
    "review_library",
]
