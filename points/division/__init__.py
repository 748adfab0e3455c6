"""社区调整: part of a community becomes another one, and what its people have goes with them."""
