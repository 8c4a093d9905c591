import { Terminal } from "@xterm/xterm";

/**
 * A terminal that shows what the daemon sends; sized by the session, not by the window. Ctrl+Q leaves it while keys are typed into
 * the session, as it leaves sshlog attach; otherwise it takes no key but those that scroll.
 */
export function makeTerminal(columns = 80, rows = 24, leave: () => void = () => { /* nobody types */ }): Terminal {
  const terminal = new Terminal({
    cols: columns, rows, disableStdin: true, scrollback: 5000, fontSize: 14, lineHeight: 1.15, fontFamily: "ui-monospace, monospace",
    // A link of a session is text here: nothing that it prints can be clicked.
    linkHandler: { activate: () => { /* nothing */ } },
  });
  terminal.attachCustomKeyEventHandler(e => {
    if (terminal.options.disableStdin) return e.shiftKey && (e.key === "PageUp" || e.key === "PageDown");
    // With Alt too, for Firefox on Linux: it keeps Ctrl+Q for itself.
    if (!e.ctrlKey || e.metaKey || e.key.toLowerCase() !== "q") return true;
    e.preventDefault();
    if (e.type === "keydown") leave();
    return false;
  });
  return terminal;
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
