"""The carriers of our messages on this machine: real sockets, and the strictness of the real ones."""
