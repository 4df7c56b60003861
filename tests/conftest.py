"""For every test: what a shell may have taken away from this process is given back."""

import signal

# A shell that runs this in the background makes it ignore Ctrl-C, and every process that the tests
# start would inherit that: the tests of what Ctrl-C does could not tell.
signal.signal(signal.SIGINT, signal.default_int_handler)
