"""The workbench: what waits for me, from every room."""
