import { Terminal } from "@xterm/xterm";

/** A terminal that shows what the daemon sends; sized by the session, not by the window. */
export function makeTerminal(columns = 80, rows = 24): Terminal {
  return new Terminal({
    cols: columns, rows, disableStdin: true, scrollback: 5000, fontSize: 14, fontFamily: "ui-monospace, monospace",
    // A link of a session is text here: nothing that it prints can be clicked.
    linkHandler: { activate: () => { /* nothing */ } },
  });
}
