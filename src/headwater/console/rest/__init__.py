"""What REST needs beside the pages' twins: problems, cursors, writes that count once, and the description of it all."""
