"""Values to points, grades and probabilities: the scorecard, the default model, the chance of a late payment."""
