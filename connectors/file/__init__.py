"""Files that people hand us, read as text in a limited child process and never in a process that serves."""
