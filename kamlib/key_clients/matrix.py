"""The KAISM matrix: how attractive a client is to us, against how strong we are with it."""

import numpy as np
import pandas as pd

QUADRANTS = ("key", "key_development", "maintenance", "opportunistic")


def quadrant_of(attractiveness: pd.Series, strength: pd.Series, cuts: tuple[float, float]) -> pd.Series:
    """The quadrant of each client.

    Parameters
    ----------
    attractiveness, strength : Series, shape (n_clients,)
        Points on one scale; strength is our position in the client's eyes, against competitors.
    cuts : (float, float)
        From these points on, attractiveness and strength count as high.

    Returns
    -------
    Series of str
        ``key`` (both high), ``key_development`` (attractive, we are weak), ``maintenance`` (we are strong, little
        to gain), ``opportunistic`` (both low); an empty text where either is not known.

    References
    ----------
    McDonald and Woodburn (2007), Key Account Management: key account identification and selection matrix.

    Examples
    --------
    >>> quadrant_of(pd.Series([8, 8, 3]), pd.Series([9, 2, 9]), (5.5, 5.5)).tolist()
    ['key', 'key_development', 'maintenance']
    """
    high, strong = attractiveness >= cuts[0], strength >= cuts[1]
    known = attractiveness.notna() & strength.notna()
    chosen = np.select([high & strong, high & ~strong, ~high & strong], QUADRANTS[:3], QUADRANTS[3])
    return pd.Series(np.where(known, chosen, ""), index=attractiveness.index, dtype="str")
