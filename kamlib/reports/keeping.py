"""What a run works out of all clients, once, for the reports of single ones: kept beside the snapshot."""

import shutil

from kamlib.client_profile.book import BOOK_FILE, book_text, review_book
from kamlib.credit.accounts import PEERS, peer_quartiles
from kamlib.credit.facts import FACTS, credit_facts
from kamlib.credit.losses import FLOWS, portfolio_flows
from kamlib.credit.review import day_before
from kamlib.early_warning import replay_warnings
from kamlib.early_warning.keeping import REPLAY_FILE, write_replay
from kamlib.kept import KEPT, kept_file
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


def keep_portfolio(snapshot: Snapshot, policy: Policy) -> None:
    """Work out and keep what the reports of single clients need of all: facts, warnings, the book's churn.

    Nothing is done where it is all there; what is of another day, policy or code goes.

    Parameters
    ----------
    snapshot : Snapshot
        Whole, opened from its folder.
    policy : Policy
    """
    before = snapshot.as_of(day_before(snapshot.date))
    names = (BOOK_FILE, REPLAY_FILE, PEERS, FLOWS)
    book, warnings, peers, flows = (kept_file(snapshot, policy, name) for name in names)
    views = [view for view in (snapshot, before) if len(view.daily_revenue)]
    facts = {view.date: kept_file(view, policy, FACTS) for view in views}
    wanted = {book, warnings, peers, flows, *facts.values()}
    folder = snapshot.folder / KEPT
    if folder.is_dir() and wanted == set(folder.iterdir()):
        return
    shutil.rmtree(folder, ignore_errors=True)
    aside = folder.with_name(f"{KEPT}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    snapshot = snapshot.coded()
    replay = replay_warnings(snapshot, policy)
    write_replay(replay, aside / warnings.name)
    (aside / book.name).write_text(book_text(review_book(snapshot, policy, replay)), encoding="utf-8")
    peer_quartiles(snapshot, policy).to_parquet(aside / peers.name)
    rates, unlinked_share = portfolio_flows(snapshot, policy)
    rates.assign(unlinked_share=unlinked_share).to_parquet(aside / flows.name)
    for view in views:
        credit_facts(snapshot.as_of(view.date), policy).to_parquet(aside / facts[view.date].name)
    aside.rename(folder)
