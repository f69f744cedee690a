"""`python -m undersigned` is the command `undersigned`."""

from undersigned.cli.main import main

main()
