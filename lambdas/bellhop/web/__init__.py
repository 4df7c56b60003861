"""The HTTP API's own concerns: the shapes of requests and answers, problems, keys, languages."""
