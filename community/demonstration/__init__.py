"""The demonstration: a real workbook, two communities under a street, and ninety days lived through the product's verbs.

Nothing here writes a state: people sign up, patrol, wish, claim and forget, and the clocks do what they do in earnest."""
