"""What a WSGI server serves: `wsgi:app`. `./run` prepares the database before it."""

from coord.app import create_app

app = create_app()
