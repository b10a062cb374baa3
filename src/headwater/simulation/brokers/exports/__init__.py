"""The forms in which chats leave a phone."""
