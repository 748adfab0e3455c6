"""The base workbook of a community (社区底册): grids, buildings, dwellings, Party members, partner units, volunteers."""
