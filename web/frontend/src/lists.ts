import { Command, Fact, Session } from "./api";
import { bytes, clock, duration, el, plain } from "./dom";

/** A page that is to stay quick shows so many. */
const MostCommands = 2000;

/** The newest commands of a session; those that have not changed keep their elements. */
export class CommandList {
  private readonly list = el("ol", { class: "commands" });
  private readonly earlier = el("p", { class: "quiet", hidden: true });
  readonly element = el("div", {}, this.earlier, this.list);
  private readonly shown = new Map<number, { element: HTMLElement; end: number }>();

  draw(commands: Map<number, Command>): void {
    const newest = [...commands.values()].slice(-MostCommands);
    for (const command of newest) {
      const known = this.shown.get(command.sequence);
      if (known && known.end === command.end_time) continue;
      const element = commandOf(command);
      if (known) known.element.replaceWith(element); else this.list.append(element);
      this.shown.set(command.sequence, { element, end: command.end_time });
    }
    for (const [sequence, { element }] of this.shown) {
      if (this.shown.size <= newest.length) break;
      element.remove();
      this.shown.delete(sequence);
    }
    this.earlier.hidden = commands.size <= MostCommands;
    this.earlier.textContent = `${commands.size - newest.length} earlier commands are in the replay.`;
  }
}

function commandOf(command: Command): HTMLElement {
  const failed = command.exit_code !== null && command.exit_code !== 0 || command.signal !== null;
  const end = command.end_time === 0 ? "running"
    : `${command.signal !== null ? `signal ${command.signal}` : command.exit_code === null ? "ended" : `exit ${command.exit_code}`}, ${duration(command.end_time - command.start_time)}`;
  return el("li", {}, el("span", { class: "command" }, plain(command.args)), " ",
    el("span", { class: failed ? "failed" : "quiet" }, `${new Date(command.start_time).toLocaleTimeString()}, ${end}`,
      command.euid !== command.uid ? `, as uid ${command.euid}` : ""));
}

export function summaryOf(session: Session): HTMLElement {
  const rows: [string, string][] = [
    ["Session", session.session], ["Since", clock(session.started_at)],
    ["Ended", session.ended_at ? clock(session.ended_at) : "open"], ["Output", bytes(session.output_bytes)],
    ["Lost", session.loss_events === 0 ? "nothing" : `${session.loss_events} gaps`],
  ];
  return el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Members of an event that say most about it, in the order in which they are shown. */
const Details = ["method", "key_fingerprint", "by_user", "by_from", "target_path", "renamed_from", "files", "result", "effective_user",
  "cause", "bytes", "rule", "reason"];

export function eventsOf(facts: Fact[]): Node[] {
  if (facts.length === 0) return [];
  return [el("h2", {}, "Events"), el("ol", { class: "commands" }, ...facts.map(f => el("li", {},
    el("span", { class: /loss/.test(f.event_type) ? "loss" : "" }, f.event_type.replaceAll("_", " ")), " ",
    el("span", { class: "quiet" }, new Date(f.time).toLocaleTimeString()), " ",
    Details.map(k => f[k]).filter(v => v !== null && v !== undefined && v !== "")
      .map(v => plain(String(v))).join(" "))))];
}
