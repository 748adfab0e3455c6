"""12345 政务服务热线: tickets imported from the platform's exports, handled to the end, and counted by the three rates."""
