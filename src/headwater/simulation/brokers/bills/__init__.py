"""The forms in which wallets and banks print what was paid."""
