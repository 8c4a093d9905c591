import { get, Me, Session, sessionPath } from "./api";
import { duration, el, plain } from "./dom";
import { peer } from "./live";
import { Player } from "./player";
import { load, marksOf, Part, Step } from "./recording";
import { makeTerminal } from "./terminal";

const MostMarks = 2000;

/** From the beginning, or still at a time in milliseconds since 1970. */
export async function showReplay(main: HTMLElement, _me: Me, id: string, time: string): Promise<() => void> {
  const session = await get<Session>(sessionPath(id));
  main.append(el("h1", {}, `${plain(session.username)} from ${peer(session)}`));
  const reading = new AbortController();
  const first = await load(id, 0, reading.signal);
  if (first === null) {
    main.append(el("p", { class: "empty" }, "Nothing was printed in this session."));
    return () => { /* nothing to end */ };
  }
  const marks = await marksOf(id, first);
  const terminal = makeTerminal(first.columns, first.rows);
  const player = new Player(first, lengthOf(session, first), terminal, (from, signal) => load(id, from, signal), () => draw());
  const play = el("button", { click: () => player.toggle() }, "Play");
  const place = el("input", { type: "range", min: "0", max: String(Math.ceil(player.length * 1000)), step: "1", "aria-label": "Place in the recording", input: () => player.seek(Number(place.value) / 1000) });
  const clock = el("output", {});
  const draw = (): void => {
    play.textContent = player.isPlaying ? "Pause" : "Play";
    place.value = String(player.at * 1000);
    place.setAttribute("aria-valuetext", duration(player.at * 1000));
    clock.textContent = `${duration(player.at * 1000)} of ${duration(player.length * 1000)}`;
  };
  const commands = marks.filter(s => s.kind === "m");
  const screen = el("div", { class: "screen", role: "region", "aria-label": "Recorded terminal" });
  main.append(
    el("div", { class: "row" }, play, ...controlsOf(player), clock,
      el("a", { href: `${sessionPath(id)}/recording.cast`, download: `${session.session}.cast` }, "Download")),
    el("div", { class: "timeline" }, place, el("div", { class: "marks", "aria-hidden": "true" }, ...marks.slice(0, MostMarks).map(m => markOf(m, player.length)))),
    screen,
    el("h2", {}, "Commands"),
    el("ol", { class: "commands" }, ...commands.map(s => el("li", {},
      el("button", { class: "command", click: () => player.seek(s.at) }, `${duration(s.at * 1000)}  ${plain(s.data)}`)))),
    el("p", { class: "quiet" }, "Keys: space plays and pauses, arrows go 5 seconds back and forth, [ and ] go from command to command."));
  terminal.open(screen);
  const keys = (e: KeyboardEvent): void => press(e, player, commands);
  document.addEventListener("keydown", keys);
  player.seek(time ? (Number(time) - first.begin) / 1000 : 0);
  if (!time) player.toggle();
  return () => { document.removeEventListener("keydown", keys); reading.abort(); player.dispose(); terminal.dispose(); };
}

/** In seconds. */
function lengthOf(session: Session, first: Part): number {
  return first.more ? Math.max(first.to, (Date.parse(session.ended_at ?? session.last_activity) - first.begin) / 1000) : first.to;
}

function controlsOf(player: Player): HTMLElement[] {
  const speed = el("select", { change: () => { player.speed = Number(speed.value); } }, ...[0.5, 1, 2, 4, 8, 16].map(s =>
    el("option", { value: String(s), selected: s === 1 }, `${s}x`)));
  const idle = el("input", { type: "checkbox", checked: true, change: () => { player.skipsIdle = idle.checked; } });
  return [el("label", { class: "check" }, "Speed", speed), el("label", { class: "check" }, idle, "Skip idle time")];
}

function press(e: KeyboardEvent, player: Player, commands: Step[]): void {
  // Those are the browser's.
  if (e.altKey || e.ctrlKey || e.metaKey) return;
  if (e.target instanceof HTMLInputElement || e.target instanceof HTMLSelectElement || e.target instanceof HTMLButtonElement) return;
  const to = e.key === "ArrowLeft" ? player.at - 5 : e.key === "ArrowRight" ? player.at + 5
    : e.key === "[" ? commands.findLast(c => c.at < player.at - 0.2)?.at ?? 0
      : e.key === "]" ? commands.find(c => c.at > player.at)?.at ?? player.length : null;
  if (e.key === " ") player.toggle(); else if (to !== null) player.seek(to); else return;
  e.preventDefault();
}

function markOf(step: Step, length: number): HTMLElement {
  const mark = el("i", { class: step.kind === "r" ? "size" : /missing|lost/i.test(step.data) ? "loss" : "", title: plain(step.data) });
  mark.style.left = `${100 * step.at / Math.max(length, 0.001)}%`;
  return mark;
}
