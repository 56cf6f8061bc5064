"""The hooks that rewritten code calls: they report what an operation accesses."""
