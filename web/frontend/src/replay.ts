import { castPath, get, Me, Session, sessionPath } from "./api";
import { Chooser, firstOf } from "./channels";
import { duration, el, plain } from "./dom";
import { peer } from "./live";
import { Player } from "./player";
import { load, marksOf, Part, Step } from "./recording";
import { Story } from "./story";
import { makeTerminal } from "./terminal";
import { report } from "./upkeep";

const MostMarks = 2000;

/** From the beginning, or still at a time in milliseconds since 1970; of the first terminal, or of a channel. */
export async function showReplay(place: HTMLElement, _me: Me, left: AbortSignal, id = "", time = "", wanted = ""): Promise<void> {
  const session = await get<Session>(sessionPath(id), left);
  left.throwIfAborted();
  let channel = wanted === "" ? null : Number(wanted);
  let played = new AbortController();
  let now = (): string => time;
  const body = el("div");
  const story = new Story(id);
  const chooser = new Chooser(false, chosen => {
    const at = now();
    channel = chosen;
    history.replaceState(null, "", `#/replay/${id}/${at}/${chosen}`);
    open(at).catch((e: unknown) => report(e, left));
  });
  const open = async (at: string): Promise<void> => {
    played.abort();
    const mine = played = new AbortController();
    body.replaceChildren();
    now = await play(body, session, channel, at, mine.signal);
  };
  left.addEventListener("abort", () => played.abort());
  place.append(el("h1", {}, `${plain(session.username)} from ${peer(session)}`), chooser.element, body);
  await open(time);
  // Which channels there are stands between all that they have printed.
  await story.read(left, () => chooser.draw(story.channels.values(), channel ?? firstOf(story.channels.values())?.number ?? null));
}

/** Plays one channel; gives what says where it is, in milliseconds since 1970. */
async function play(body: HTMLElement, session: Session, channel: number | null, time: string, left: AbortSignal): Promise<() => string> {
  const id = session.session;
  const first = await load(id, channel, 0, left);
  if (first === null) {
    body.append(el("p", { class: "empty" }, channel === null ? "Nothing was printed in this session." : "Nothing was printed on this terminal."));
    return () => time;
  }
  const marks = await marksOf(id, first, left);
  left.throwIfAborted();
  const terminal = makeTerminal(first.columns, first.rows);
  const player = new Player(first, lengthOf(session, first), terminal, (from, signal) => load(id, channel, from, signal), () => draw());
  const button = el("button", { click: () => player.toggle() }, "Play");
  const place = el("input", { type: "range", min: "0", max: String(Math.ceil(player.length * 1000)), step: "1", "aria-label": "Place in the recording", input: () => player.seek(Number(place.value) / 1000) });
  const clock = el("output", {});
  const draw = (): void => {
    button.textContent = player.isPlaying ? "Pause" : "Play";
    place.value = String(player.at * 1000);
    place.setAttribute("aria-valuetext", duration(player.at * 1000));
    clock.textContent = `${duration(player.at * 1000)} of ${duration(player.length * 1000)}`;
  };
  const commands = marks.filter(s => s.kind === "m");
  const screen = el("div", { class: "screen", role: "region", "aria-label": "Recorded terminal" });
  body.append(
    el("div", { class: "row" }, button, ...controlsOf(player), clock, el("a", { href: castPath(id, channel), download: `${id}.cast` }, "Download")),
    el("div", { class: "timeline" }, place, el("div", { class: "marks", "aria-hidden": "true" }, ...marks.slice(0, MostMarks).map(m => markOf(m, player.length)))),
    screen,
    el("h2", {}, "Commands"),
    el("ol", { class: "commands" }, ...commands.map(s => el("li", {},
      el("button", { class: "command", click: () => player.seek(s.at) }, `${duration(s.at * 1000)}  ${plain(s.data)}`)))),
    el("p", { class: "quiet" }, "Keys: space plays and pauses, arrows go 5 seconds back and forth, [ and ] go from command to command."));
  terminal.open(screen);
  document.addEventListener("keydown", e => press(e, player, commands), { signal: left });
  left.addEventListener("abort", () => { player.dispose(); terminal.dispose(); });
  // Times in an address are cut to milliseconds: what was printed within this one is there.
  player.seek(time ? (Number(time) + 1 - first.begin) / 1000 : 0);
  if (!time) player.toggle();
  return () => String(Math.round(first.begin + player.at * 1000));
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
