"""Sources that are asked over HTTP: a system is declared in a file, one engine asks all of them."""
