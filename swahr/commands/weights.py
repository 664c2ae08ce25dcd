"""`swahr weights`."""

import typer

app = typer.Typer(help="Weights: what is there, what can be had, and whether it is whole.", no_args_is_help=True)
