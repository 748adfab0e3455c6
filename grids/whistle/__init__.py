"""支部吹哨、部门报到: on a case the community calls named departments, and each must report in within a limit."""
