import { sessionPath } from "./api";
import { notice } from "./dom";
import { makeTerminal, resize, restart } from "./terminal";

type Told = { type: "attached"; channel: number; terminal: boolean; may_type: boolean } | { type: "screen" | "size"; columns: number; rows: number }
  | { type: "missing"; bytes: number | null } | { type: "ended"; how: string } | { type: "refused"; why: string };

/** What a page does when a connection to a live session begins or ends. */
export interface Watcher {
  attached(channel: number): void;
  /** It ended before it began. */
  refused(): void;
  ended(): void;
}

/** A terminal that shows a live session until it ends or is left. */
export class Watching {
  private readonly socket: WebSocket;
  private isAttached = false;
  private isOver = false;

  constructor(id: string, channel: number | null, typing: boolean, private readonly terminal: ReturnType<typeof makeTerminal>, private readonly watcher: Watcher) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const query = `type=${typing ? 1 : 0}${channel === null ? "" : `&channel=${channel}`}`;
    this.socket = new WebSocket(`${scheme}://${location.host}${sessionPath(id)}/live?${query}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = message => this.take(message.data as ArrayBuffer | string);
    this.socket.onclose = () => this.close();
  }

  send(keys: Uint8Array<ArrayBuffer>): void { if (this.socket.readyState === WebSocket.OPEN) this.socket.send(keys); }

  /** It says nothing more, neither what is on its way nor that it has ended: that is for the next one to say. */
  leave(): void {
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.terminal.options.disableStdin = true;
  }

  private take(data: ArrayBuffer | string): void {
    if (data instanceof ArrayBuffer) { this.terminal.write(new Uint8Array(data)); return; }
    const told = JSON.parse(data) as Told;
    switch (told.type) {
      case "attached":
        this.isAttached = true;
        this.terminal.options.convertEol = !told.terminal;
        this.terminal.options.disableStdin = !told.may_type;
        if (told.may_type) this.terminal.focus();
        this.watcher.attached(told.channel);
        break;
      case "screen": restart(this.terminal, told.columns, told.rows); break;
      case "size": resize(this.terminal, told.columns, told.rows); break;
      case "missing": notice(told.bytes === null ? "Output is missing here." : `${told.bytes} bytes of output are missing here.`); break;
      case "refused": notice(told.why); break;
      case "ended": this.isOver = true; notice(told.how); break;
    }
  }

  private close(): void {
    this.terminal.options.disableStdin = true;
    if (!this.isAttached) { this.watcher.refused(); return; }
    if (!this.isOver) notice("The connection to the daemon is lost: what the terminal shows is old.");
    this.watcher.ended();
  }
}
