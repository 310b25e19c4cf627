"""Files people and bodies hand in, from the door to the shelf.

types      what a file is by its first bytes, its ending and its structure; all three must agree
images     decoded and written anew, so that neither metadata nor anything else that hides survives
pdf        looked through for what acts by itself, never rendered here
packages   docx, xlsx and ofd: zip files with a shape, without macros, links to elsewhere or bombs
names      the name people see again, cleaned
scanner    the hook for a virus scanner; where it does not answer, the file waits and nobody opens it
vault      encrypted under a random name, below no web root
examining  size, type, structure and scanner of one upload
"""


class Refused(Exception):
    """The file is not taken; the message says why and what would be."""
