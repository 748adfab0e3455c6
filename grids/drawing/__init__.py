"""Drawing the grids anew: buildings change grid, grids are split and merged, from a day on and after a look at who moves."""
