"""Readers of what wallets and banks print of payments: one module for each layout."""
