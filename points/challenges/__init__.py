"""揭榜挂帅: a hard task is put up for whoever dares; taken up freely, accepted by somebody else, and nobody is ranked."""
