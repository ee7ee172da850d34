"""How fast Ronde is, beside what the machine can do: every figure stands over an anchor taken in the same run."""
