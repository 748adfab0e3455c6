from community.dashboards.models.cell import Cell
from community.dashboards.models.watermark import Watermark

__all__ = ["Cell", "Watermark"]
