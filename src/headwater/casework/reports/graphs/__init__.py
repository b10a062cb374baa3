"""The market of a result in the forms that other programs read: one module per format."""
