"""Long proofs of the whole product against the sandbox, each a command by seed; the tests run them short."""
