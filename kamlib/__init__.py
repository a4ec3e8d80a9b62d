"""Key-account risk: measures, analyses and reports on the clients a company lives from.

Floors, each importing from lower ones only (``tests/test_house.py`` holds this):

0. ``errors``, ``language``, ``formats``, ``fonts``, ``style``: what went wrong; English and Chinese; how pages look
1. ``late_payment``, ``default_model``, ``financing_costs``, ``mitigation``, ``protection_effects``, ``concentration``, ``lending``, ``break_even``, ``key_clients``, ``loss_model``, ``matching``, ``control_charts``, ``receivables``,
   ``payments``, ``statements``, ``scorecard``, ``model_validation``, ``structural_breaks``, ``bargaining``,
   ``bgnbd``, ``churn``, ``contracts``, ``demand``, ``forecasts``, ``market``, ``relationship``: measures, pure
   functions on frames
2. ``alerting``, ``settings``, ``policy``, ``ledger``, ``samples``, ``runs``: files people write, canonical tables, the generated company
3. ``client_profile``, ``screening``, ``executive``, ``dependence``, ``ranking``, ``early_warning``, ``post_mortem``, ``stress``, ``credit``, ``treatment``: analyses, a snapshot and the policy in, one frozen result out
4. ``blocks``, ``methods``, ``plots``, ``tables``, ``wording``: a result shown
5. ``explore``, ``monitoring``, ``reports``, ``unchanged``: panels to turn; notebooks executed and rendered
6. ``cli``: arguments only

Importing the package itself loads nothing heavy.
"""

__version__ = "0.1.0"
