"""Posts of the grids: vacancies that nobody overlooks, posts offered and claimed, licences, and the reserve pool."""
