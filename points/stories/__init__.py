"""邻里赞: a good deed told, once the person it is told of has agreed, by the name they chose."""
