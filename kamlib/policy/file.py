"""The whole policy file, read and checked."""

from functools import lru_cache
from pathlib import Path

from kamlib.policy.authority import Authority
from kamlib.policy.collections import Collections
from kamlib.policy.concentration import Concentration
from kamlib.policy.confidence import ConfidenceRules
from kamlib.policy.early_warning import EarlyWarning
from kamlib.policy.findings import FindingRules
from kamlib.policy.identity import Identity
from kamlib.policy.impairment import Impairment
from kamlib.policy.key_clients import KeyClients
from kamlib.policy.limits import Limits
from kamlib.policy.loss import Loss
from kamlib.policy.post_mortem import PostMortem
from kamlib.policy.profile import Profile
from kamlib.policy.receivables import Receivables
from kamlib.policy.review import Review
from kamlib.policy.scorecard import Scorecard
from kamlib.policy.screening import Screening
from kamlib.policy.stress import Stress
from kamlib.policy.treatment import Treatment
from kamlib.settings import HOUSE, Strict, check_texts, checked_model, house_path, read_yaml

POLICY_FILE = HOUSE / "params" / "policy.yaml"


class Policy(Strict):
    """The whole policy file."""

    concentration: Concentration = Concentration()
    confidence: ConfidenceRules = ConfidenceRules()
    findings: FindingRules = FindingRules()
    identity: Identity = Identity()
    key_clients: KeyClients = KeyClients()
    receivables: Receivables = Receivables()
    review: Review = Review()
    scorecard: Scorecard = Scorecard()
    limits: Limits = Limits()
    authority: Authority = Authority()
    collections: Collections = Collections()
    impairment: Impairment = Impairment()
    stress: Stress = Stress()
    loss: Loss = Loss()
    early_warning: EarlyWarning = EarlyWarning()
    profile: Profile = Profile()
    screening: Screening = Screening()
    treatment: Treatment = Treatment()
    post_mortem: PostMortem = PostMortem()


def load_policy(path: str | Path | None = None) -> Policy:
    """Read a policy file.

    Parameters
    ----------
    path : str, Path or None
        None, or "", reads ``params/policy.yaml``. A relative path is looked for from the working folder,
        then from the project's.

    Raises
    ------
    DataError
        Every unknown key and wrong value, with what is allowed.
    """
    if not isinstance(path, Path):
        check_texts(policy_file=path)
    file = house_path(path) if path else POLICY_FILE
    return _policy_of(file, file.read_bytes() if file.is_file() else b"").model_copy(deep=True)


@lru_cache(maxsize=4)
def _policy_of(file: Path, content: bytes) -> Policy:
    """The policy of a file with this content: reports that are forked from one process read it once."""
    return checked_model(Policy, read_yaml(file) or {}, f"policy {file.name}")
