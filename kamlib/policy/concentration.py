"""How dependence on few clients is measured and judged."""

from pydantic import Field

from kamlib.settings import Strict


class Concentration(Strict):
    """How dependence on few clients is measured and judged."""

    window_months: int = Field(12, ge=1, le=120)
    single_client_bands: tuple[float, float, float] = (0.10, 0.20, 0.35)
    top_five_concerning: float = Field(0.50, gt=0, le=1)
    lose_up_to: int = Field(10, ge=1, le=50)
