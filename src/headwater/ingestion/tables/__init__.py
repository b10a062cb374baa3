"""The tables of a case folder: the organisation, its data sets, who deals with whom, and complaints."""
