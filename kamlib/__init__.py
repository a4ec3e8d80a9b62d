"""Key-account risk: measures, analyses and reports on the clients a company lives from.

Floors, each importing from lower ones only (``tests/test_house.py`` holds this):

0. ``errors``, ``language``, ``formats``, ``fonts``, ``style``: what went wrong; English and Chinese; how pages look
1. ``change_detection``, ``churn``, ``concentration``, ``contracts``, ``demand``, ``financing``, ``key_clients``,
   ``loss_model``, ``model_validation``, ``protection``, ``receivables``, ``relationship``, ``scoring``,
   ``statements``: measures, pure functions on frames
2. ``settings``, ``policy``, ``ledger``, ``samples``, ``alerting``, ``runs``: files people write, canonical tables, the
   generated company
3. ``kept``, ``dependence``, ``ranking``, ``stress``, ``credit``, ``client_profile``, ``early_warning``, ``treatment``,
   ``post_mortem``, ``executive``: analyses, a snapshot and the policy in, one frozen result out
4. ``blocks``, ``methods``, ``plots``, ``tables``, ``wording``: a result shown
5. ``explore``, ``monitoring``, ``reports``, ``unchanged``: panels to turn; notebooks executed and rendered
6. ``cli``: arguments only

Importing the package itself loads nothing heavy.
"""

__version__ = "0.1.0"
