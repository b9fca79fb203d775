"""How fast, light and small the pages are: the real server, asked by readers without a browser and by a browser."""
