"""`flask demo …`"""

from flask.cli import AppGroup

commands = AppGroup("demo", help="The demonstration estate.")
