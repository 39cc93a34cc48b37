"""The shipped boundaries and the script that builds them."""
