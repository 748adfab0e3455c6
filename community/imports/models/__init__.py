from community.imports.models.column_map import ColumnMap
from community.imports.models.finding import Finding
from community.imports.models.footprint import Footprint
from community.imports.models.run import ImportRun

__all__ = ["ColumnMap", "Finding", "Footprint", "ImportRun"]
