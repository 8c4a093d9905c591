"""Runs a Python plug-in for sshlogd: a file with classes derived from FilterPlugin or ActionPlugin.

The daemon starts it with what it has read of the file and of this text, and then speaks the protocol of docs/plugins.md:
a JSON object a line, one question at a time.
"""

import inspect
import json
import logging
import operator
import os
import re
import sys
import traceback
import types

EVENTS = {
    "SSHTRACE_EVENT_NEW_CONNECTION": "connection_new",
    "SSHTRACE_EVENT_ESTABLISHED_CONNECTION": "connection_established",
    "SSHTRACE_EVENT_AUTH_FAILED_CONNECTION": "connection_auth_failed",
    "SSHTRACE_EVENT_CLOSE_CONNECTION": "connection_close",
    "SSHTRACE_EVENT_COMMAND_START": "command_start",
    "SSHTRACE_EVENT_COMMAND_END": "command_finish",
    "SSHTRACE_EVENT_TERMINAL_UPDATE": "terminal_update",
    "SSHTRACE_EVENT_FILE_UPLOAD": "file_upload",
}
ALL_EVENTS = list(EVENTS.values())
COMPARISONS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}
MODULE = "sshlog_user_plugin"
MOST_SESSIONS = 1000
LONGEST_MESSAGE = 4000


class Tracker:
    """The sessions that this plug-in has been asked about, by their ptm_pid."""

    def __init__(self):
        self._sessions = {}

    def see(self, event):
        pid = event.get("ptm_pid")
        session = self._sessions.setdefault(pid, {})
        for field in ("ptm_pid", "user_id", "username", "tty_id", "start_time", "end_time", "tcp_info", "hostname"):
            if field in event:
                session[field] = event[field]
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))

    def get_session(self, ptm_pid):
        return self._sessions.get(ptm_pid)


class FilterPlugin:
    """Decides whether an event passes: derive, name the class NAME_filter, and write triggers() and filter()."""

    def __init__(self, filter_arg, session_tracker=None, **_):
        self.logger = logging.getLogger("sshlog_daemon")
        self.filter_arg = filter_arg
        self.session_tracker = session_tracker

    def __str__(self):
        return type(self).__name__

    def triggers(self):
        return ALL_EVENTS

    def filter(self, event_data):
        raise NotImplementedError(f"{self} has no filter(self, event_data)")

    def _compare_numbers(self, comparison_str, value):
        words = str(comparison_str).split()
        if len(words) == 1:
            words = ["=", words[0]]
        if len(words) != 2 or words[0] not in COMPARISONS:
            raise ValueError(f"{comparison_str!r} is no comparison such as '>= 5'")
        return COMPARISONS[words[0]](value, float(words[1]))

    def _compare_regex_strings(self, string_match, value):
        return re.search(string_match, value) is not None


class ActionPlugin:
    """Does something about events: derive, and write init_action(), execute() and shutdown_action()."""

    def __init__(self, name, session_tracker=None, **parameters):
        self.name = name
        self.session_tracker = session_tracker
        self.logger = logging.getLogger("sshlog_daemon")
        self.init_action(**parameters)

    def init_action(self):
        pass

    def shutdown_action(self):
        pass

    def execute(self, event_data):
        raise NotImplementedError(f"{type(self).__name__} has no execute(self, event_data)")

    def _insert_event_data(self, event_data, template):
        for field, value in event_data.items():
            template = template.replace("{{" + field + "}}", str(value))
        return template


class LogLines(logging.Handler):
    """Gives what the plug-in logs to the daemon."""

    def __init__(self, say):
        super().__init__()
        self._say = say

    def emit(self, record):
        message = record.getMessage()
        if record.exc_info:
            message += " " + "".join(traceback.format_exception(*record.exc_info))
        level = "error" if record.levelno >= 40 else "warning" if record.levelno >= 30 else "info" if record.levelno >= 20 else "debug"
        self._say({"type": "log", "level": level, "message": message[:LONGEST_MESSAGE]})


def plain(value):
    """A text of the configuration as YAML would read it: 5 is a number, true is a flag."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    low = value.lower()
    if low in ("true", "yes", "on"):
        return True
    if low in ("false", "no", "off"):
        return False
    if low in ("null", "~"):
        return None
    if re.fullmatch(r"[-+]?[0-9]+", value):
        return int(value)
    if re.fullmatch(r"[-+]?[0-9]+\.[0-9]*", value):
        return float(value)
    return value


def reason(error):
    """An exception in one line, with the place in the plug-in's file."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == boot["file"]:
            place = f" (line {frame.lineno})"
    if isinstance(error, SyntaxError) and error.filename == boot["file"]:
        place = f" (line {error.lineno})"
    return f"{type(error).__name__}: {error}{place}"[:LONGEST_MESSAGE]


def shim():
    """The original's modules, as far as plug-ins import them."""
    def module(name, **members):
        made = types.ModuleType(name)
        made.__dict__.update(members)
        sys.modules[name] = made
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, made)

    for package in ("plugins", "plugins.common", "comms", "trackers"):
        module(package, __path__=[])
    module("plugins.common.plugin", FilterPlugin=FilterPlugin, ActionPlugin=ActionPlugin)
    module("comms.event_types", SSHTRACE_ALL_EVENTS=ALL_EVENTS, **EVENTS)
    module("trackers.tracker", Tracker=Tracker)


def load():
    """The classes of the plug-in's file, by name."""
    sys.path.insert(0, os.path.dirname(boot["file"]))
    made = types.ModuleType(MODULE)
    made.__file__ = boot["file"]
    sys.modules[MODULE] = made
    exec(compile(boot["source"], boot["file"], "exec"), made.__dict__)
    own = [c for c in vars(made).values() if inspect.isclass(c) and c.__module__ == MODULE]
    filters = {c.__name__.removesuffix("_filter"): c for c in own if issubclass(c, FilterPlugin)}
    actions = {c.__name__: c for c in own if issubclass(c, ActionPlugin)}
    return filters, actions


def describe(filters, actions):
    """What the daemon must know to check a configuration."""
    def summary(cls):
        return (inspect.cleandoc(cls.__doc__).splitlines() or [""])[0] if cls.__dict__.get("__doc__") else ""

    def triggers(cls):
        asked = list(cls.triggers(cls.__new__(cls)))
        return None if set(ALL_EVENTS) <= set(asked) else asked

    def parameters(cls):
        for name, parameter in list(inspect.signature(cls.init_action).parameters.items())[1:]:
            if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                continue
            required = parameter.default is parameter.empty
            default = None if required else parameter.default
            if isinstance(default, bool):
                kind = "flag"
            elif isinstance(default, int):
                kind = "integer"
            elif isinstance(default, float):
                kind = "number"
            elif isinstance(default, str):
                kind = "text"
            else:
                kind, default = "any", None
            yield {"name": name, "type": kind, "required": required, "default": default}

    return {
        "type": "description",
        "filters": [{"name": n, "triggers": triggers(c), "summary": summary(c)} for n, c in filters.items()],
        "actions": [{"name": n, "parameters": list(parameters(c)), "summary": summary(c)} for n, c in actions.items()],
    }


def create(hello, filters, actions, tracker):
    """The filter or action that the daemon asks for."""
    if "filter" in hello:
        return filters[hello["filter"]](plain(hello["argument"]), tracker)
    cls = actions[hello["action"]]
    parameters = {}
    for name, parameter in list(inspect.signature(cls.init_action).parameters.items())[1:]:
        value = hello["parameters"].get(name)
        if value is None:
            continue
        # A text where the default is a text stays one.
        parameters[name] = value if isinstance(parameter.default, str) else plain(value)
    return cls(hello["name"], tracker, **parameters)


def serve(ask, say):
    filters, actions = load()
    tracker = Tracker()
    made = None
    for line in ask:
        message = json.loads(line)
        kind = message["type"]
        if kind == "describe":
            say(describe(filters, actions))
        elif kind == "hello":
            made = create(message, filters, actions, tracker)
            say({"type": "ready", "version": 1})
        elif kind == "shutdown":
            break
        else:
            say(answer(made, kind, message, tracker))
    if isinstance(made, ActionPlugin):
        made.shutdown_action()


def answer(made, kind, message, tracker):
    event = message["event"]
    tracker.see(event)
    try:
        if kind == "execute":
            made.execute(event)
            return {"type": "result", "id": message["id"], "outcome": "done"}
        passes = made.filter(event)
        if not isinstance(passes, bool):
            raise TypeError(f"filter() returned {passes!r}, which is neither True nor False")
        return {"type": "result", "id": message["id"], "pass": passes}
    except Exception as error:
        return {"type": "error", "id": message["id"], "message": reason(error)}


def main():
    # What the plug-in prints goes to the log, and it has nothing to read.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def say(message):
        answers.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        answers.flush()

    logger = logging.getLogger("sshlog_daemon")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(LogLines(say))
    shim()
    try:
        serve(boot["input"], say)
    except BrokenPipeError:
        pass
    except Exception as error:
        say({"type": "error", "message": reason(error)})
        return 1
    return 0


sys.exit(main())
