"""Amazon SES: the events it sends, the calls made to it, the messages handed to it."""
