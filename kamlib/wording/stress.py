"""What losing clients does, in sentences."""

from kamlib import formats
from kamlib.blocks import Caption
from kamlib.stress import ClientLoss

SMALL_NUMBERS = ("no", "the largest", "the two largest", "the three largest", "the four largest", "the five largest")


def loss_sentence(loss: ClientLoss, group_loss: ClientLoss) -> str:
    """What the loss of the largest does to operating profit, or to revenue where no more is known."""
    steps = loss.steps
    if steps["profit"].notna().all():
        start, turns = formats.money(steps["profit"].iloc[0]), loss.turns_negative_at
        if turns is None:
            return f"Operating profit of {start} stays positive even without {largest(len(steps) - 1, loss.by)}."
        by_group = group_loss.turns_negative_at
        also = ""
        if by_group and by_group <= turns and (group_loss.steps["members"] > 1).any():
            group_left = formats.money(group_loss.steps["profit"].iloc[by_group])
            also = f" Losing {largest(by_group, 'group')} leaves {group_left}."
        left = formats.money(steps["profit"].iloc[turns])
        return f"Without {largest(turns, loss.by)}, operating profit falls from {start} to {left} a year.{also}"
    step = min(3, len(steps) - 1)
    gone = formats.share(steps["revenue_lost_share"].iloc[step])
    return (
        f"Losing {largest(step, loss.by)} takes {gone} of revenue; what that does to profit is not known without costs."
    )


def caption_loss(loss: ClientLoss, measure: str, currency: str) -> Caption:
    """What losing the largest leaves."""
    name = {"profit": "operating profit", "margin": "contribution margin", "revenue": "revenue"}[measure]
    last = len(loss.steps) - 1
    turns = loss.turns_negative_at if measure == "profit" else None
    if turns:
        title = f"Losing {largest(turns, loss.by)} turns operating profit negative"
    elif measure == "profit":
        title = f"Operating profit stays positive without {largest(last, loss.by)}"
    else:
        part = formats.share(1 - loss.steps[measure].iloc[last] / loss.steps[measure].iloc[0])
        title = f"Losing {largest(last, loss.by)} takes {part} of {name}"
    subtitle = f"Annual {name} left, {formats.currency_name(currency)}, by number of {loss.by}s lost, largest first"
    left = ", ".join(formats.money(value) for value in loss.steps[measure].head(4))
    return Caption(title, subtitle, f"Bar chart. {title}. Left after losing 0, 1, 2, 3: {left}.")


def largest(count: int, by: str) -> str:
    """How many of the largest, in words: ``the two largest clients``."""
    noun = by if count == 1 else f"{by}s"
    words = SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else f"the {count} largest"
    return f"{words} {noun}"
