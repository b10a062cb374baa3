"""Long work as processes of their own: started, followed, ended and taken up again."""
