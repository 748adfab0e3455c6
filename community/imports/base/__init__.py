"""The base workbook of a community (社区底册): places, Party members, partner units, volunteers."""
