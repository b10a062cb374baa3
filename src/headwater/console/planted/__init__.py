"""What was planted in a case's data: decoys and marked copies, from the registries of its workspace."""
