"""The geometry of charts: plain figures that a template draws, so that every text in them is escaped like any other."""
