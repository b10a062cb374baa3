"""The market of a case, made quick to ask: who dealt with whom in which months, how it is drawn, and what people say of who is who."""
