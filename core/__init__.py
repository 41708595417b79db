"""The map of the core. A file may import only from files above it; a room's own name
(its `__init__`) stands after its files. tests/test_architecture.py holds it.

errors          what can go wrong, sorted by who must act
environment     the environment and `.env`, as names and values

chapter/        pure values and rules: no I/O, no clock, no asyncio, no framework
    text            JSON in and out: strict reading with spans, byte-exact splice
    chapter         typed views over the kept text, addresses
    korean          particles, renames, short mentions, sentences
    prose           what is odd in one text
    towns           names by which an address is told
    personal        data of a person in a text
    diff            changed words of two texts
    claims          percentages stated in texts, tied to the moves they state
    ops             the change list's format
    draft           a working copy while ops are done on it, and what they force
    events          the order of turns, with the prices carried over
    changes         the change list applied and inverted
    rules           findings: what a chapter breaks, and the repair
    shape           which turns and stocks of one chapter are which of another
    way             the ops from one chapter to another, in groups
    merge           three chapters into one, field by field
    patch           the way from one chapter to another as JSON Patch

words/          every sentence a person reads, in Korean and English
    places          addresses in words
    chapter         texts that cannot be opened, findings
    changes         ops that do not fit, and what they force
    instant         edits that need no model, and what lies outside a request
    editing         what the gates refuse, and a model's errors
    play            what the class shows, lessons, and the economy
    reading         what the meters of texts say
    service         what the service cannot do now
    edge            why a request goes no further
    connection      what trying the model showed

play/           a chapter as the game plays it: no I/O, no clock, no framework
    game            what a player sees, and what their clicks come to
    classroom       a simulated class of players
    lesson          what a chapter teaches, tried on the class
    economy         whom the news means, who moves, and repairs
    norms           measured figures of real chapters
    reading         how long and how hard each text is
    figures         all of it as one answer

editing/        one edit, from request to proposal
    events          what happens while an edit runs
    reply           what was done, in one short sentence
    numerals        numbers written in Korean words
    request         a request as words that are understood or not
    scope           what a request allows to change
    limits          what is locked, and what alone may change
    naming          requests to rename
    prices          requests about prices
    fields          requests about one field
    turns           requests about turns and stocks
    whole           requests to repair everything, or to undo
    instant         requests that no model needs
    pace            how fast a model writes, and when a plan is sooner done
    prompt          what a model is asked
    providers       servers that are known, and what each takes
    line            one connection to a model's server
    trace           where the seconds of one edit went
    model           the one seam to a model, and the door for its errors
    masking         what a provider does not get to see
    stream          changes, each as soon as its object closes
    debris          what only a broken or hijacked model writes
    wording         the third gate: is a text fit for the chapter
    gates           what a change must pass
    asking          an edit that needs a model
    decisions       what a writer says to a proposal
    saying          decisions said in words
    followup        a request that goes on from a proposal
    editor          the stream of an edit's events

store/          what is kept: chapters, versions, edits, decisions
    tables          the tables
    claim           a folder that one process has to itself
    database        SQLite or Postgres: one writer, many readers
    migrations      an older database brought up to date
    search          what is looked for, and names as one line
    log             who accepted what, as a chain
    library         chapters and the tree of their versions
    costs           what edits cost, and what became of their changes
    edits           edits and the decisions on them
    exports         a chapter or a library as files
    sheet           a chapter as a sheet for a meeting
    sessions        who has signed in on the pages
    backup          a copy while edits run

service/        what lives longer than an edit
    identity        who may do what, and the keys that show it
    settings        the environment, read once
    network         where the server listens, and whether that is allowed
    logs            what is logged: lines for people or JSON, by edit, with nothing private
    live            a latest value, and who waits for the next
    metrics         processor and memory, sampled once
    once            one run for repeated requests
    proof           what an edit left alone
    views           one edit at one moment: running, stored, seen from elsewhere
    tally           what has happened since the start, counted as it happens
    traffic         calls to a provider: lanes, limits, and a circuit
    jobs            edits running beside each other
    connection      the operator's model, tried with one small call
    record          model calls on file, and played again
    costs           what edits cost: noted, estimated, limited by the day
    census          what only the store knows, looked up now and then
    history         the figures of the last hour, and what is wrong now
    leases          which processes are alive
    durable         edits that outlive the process
    acts            what a writer does: ask, take, undo one change, merge
    entrance        who is there: by a key, a session or OIDC
    wiring          the composition root
    hands           the service as one role may use it

api/            the same service over HTTP
    wire            the contract's names and bytes
    shapes          what every answer looks like
    problem         errors as problem details
    body            a request's body as strict JSON
    policy          what a browser may do with an answer
    line            limits of one connection's time and bytes
    access          a line of the log for each request
    guard           limits in front of every route
    doors           who comes in, and what each route needs
    signing         the page to sign in, and signing out
    docs            the API on one plain page
    prometheus      the figures as Prometheus text
    review          decisions on an edit
    live            the server-sent stream
    scenario        one answer however often a request is repeated
    job             one edit as the jobs API tells it
    follow          the events of one edit, server-sent or over WebSocket
    jobs            edits handed in, once for a key
    edits           the endpoints of an edit
    preview         what a player sees, before and after
    routes          the other endpoints
    mount           the API in front of the pages
"""
