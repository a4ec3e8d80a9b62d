"""Thresholds and weights: the content of ``params/policy.yaml``, checked; never a constant in the code.

One module a section of the file; `kamlib.policy.file` puts them together.
"""

from kamlib.policy.file import POLICY_FILE, Policy, load_policy

__all__ = ["POLICY_FILE", "Policy", "load_policy"]
