"""The states that ./dev shots takes pictures of: a name, arguments for the program, and the steps from its start
to the state. The steps get the driven program and the language, whose words the screen then shows."""


def as_it_starts(program, language):
    program.find("frame")


STATES = [
    ("welcome", [], as_it_starts),
]
