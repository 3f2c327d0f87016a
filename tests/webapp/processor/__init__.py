"""What people say of a processor's money, and its proofs."""
