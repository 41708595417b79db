"""The map of the core. A file may import only from files above it; a room's own name
(its `__init__`) stands after its files. tests/test_architecture.py holds it.

errors          what can go wrong, sorted by who must act
chapter/        pure values and rules: no I/O, no clock, no asyncio, no framework
    text            JSON in and out: strict reading with spans, byte-exact splice
    chapter         typed views over the kept text, addresses
    korean          particles, renames, short mentions, sentences
    claims          percentages stated in texts, tied to the moves they state
    diff            changed words of two texts
    ops             the change list's format
    prose           what an op does to texts elsewhere
    changes         the change list applied, with what it forces, and inverted
    rules           findings: what a chapter breaks, and the repair
words/          every sentence a person reads, in Korean and English
    chapter         for rules and unreadable texts
    instant         for edits that need no model
    editing         for model edits and their errors
    places          addresses in words
editing/        one edit, from request to proposal
    scope           what a request allows to change
    reply           what was done, in one short sentence
    instant         requests that no model needs
    prompt          what a model is asked
    model           the one seam to a model, and the door for its errors
    gates           what a change must pass
    editor          the stream of an edit's events
service/        what lives longer than an edit
    settings        the environment, read once
    library         chapters, versions, decisions
    metrics         processor and memory, sampled once
    live            views of running edits, and who waits for them
    jobs            edits running beside each other
    wiring          the composition root
api/            the same service over HTTP
    wire            the contract's names
    guard           limits in front of every route
    live            the server-sent stream
    routes          the endpoints
"""
