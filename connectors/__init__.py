"""Where facts come from: files, databases and the made-up company, each as batches of typed rows."""
