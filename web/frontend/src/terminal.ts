import { Terminal } from "@xterm/xterm";

/** A terminal that shows what the daemon sends; sized by the session, not by the window. */
export function makeTerminal(columns = 80, rows = 24): Terminal {
  return new Terminal({
    cols: columns, rows, disableStdin: true, scrollback: 5000, fontSize: 14, lineHeight: 1.15, fontFamily: "ui-monospace, monospace",
    // A link of a session is text here: nothing that it prints can be clicked.
    linkHandler: { activate: () => { /* nothing */ } },
  });
}

/** Empties it and gives it a size, behind what was written before: written output is shown a moment later. */
export function restart(terminal: Terminal, columns: number, rows: number): void {
  terminal.write("\u001bc");
  resize(terminal, columns, rows);
}

/** Gives it a size, behind what was written before and within what a browser can show. */
export function resize(terminal: Terminal, columns: number, rows: number): void {
  terminal.write("", () => terminal.resize(Math.min(columns || 80, 600), Math.min(rows || 24, 300)));
}
