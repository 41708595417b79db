"""A simulated model behind OpenAI's Chat Completions, with a fixed speed and faults on request."""
