import { get, Me, Session, sessionPath, stream } from "./api";
import { bytes, duration, el, notice, plain } from "./dom";
import { peer } from "./live";
import { makeTerminal, resize, restart } from "./terminal";

const MostBytes = 48 * 1024 * 1024;
const LongestIdle = 2;

interface Step { at: number; kind: string; data: string }
interface Cast { begin: number; columns: number; rows: number; steps: Step[]; length: number }

/** From the beginning, or still at a time in milliseconds since 1970. */
export async function showReplay(main: HTMLElement, _me: Me, id: string, time: string): Promise<() => void> {
  const session = await get<Session>(sessionPath(id));
  main.append(el("h1", {}, `${plain(session.username)} from ${peer(session)}`));
  const cast = await load(id);
  if (cast === null || cast.steps.length === 0) {
    main.append(el("p", { class: "empty" }, "Nothing was printed in this session."));
    return () => { /* nothing to end */ };
  }
  const terminal = makeTerminal(cast.columns, cast.rows);
  const screen = el("div", { class: "screen", role: "region", "aria-label": "Recorded terminal" });
  const player = new Player(cast, terminal, () => draw());
  const play = el("button", { click: () => player.toggle() }, "Play");
  const speed = el("select", { change: () => { player.speed = Number(speed.value); } }, ...[0.5, 1, 2, 4, 8, 16].map(s =>
    el("option", { value: String(s), selected: s === 1 }, `${s}x`)));
  const idle = el("input", { type: "checkbox", checked: true, change: () => { player.skipsIdle = idle.checked; } });
  const place = el("input", { type: "range", min: "0", max: String(Math.ceil(cast.length * 1000)), step: "1", "aria-label": "Place in the recording", input: () => player.seek(Number(place.value) / 1000) });
  const clock = el("output", {});
  const draw = (): void => {
    play.textContent = player.isPlaying ? "Pause" : "Play";
    place.value = String(player.at * 1000);
    clock.textContent = `${duration(player.at * 1000)} of ${duration(cast.length * 1000)}`;
  };
  main.append(
    el("div", { class: "row" }, play, el("label", { class: "check" }, "Speed", speed), el("label", { class: "check" }, idle, "Skip idle time"), clock,
      el("a", { href: `${sessionPath(id)}/recording.cast`, download: `${session.session}.cast` }, "Download")),
    el("div", { class: "timeline" }, place, el("div", { class: "marks", "aria-hidden": "true" }, ...marksOf(cast))),
    screen,
    el("h2", {}, "Commands"),
    el("ol", { class: "commands" }, ...cast.steps.filter(s => s.kind === "m").map(s => el("li", {},
      el("button", { class: "command", click: () => player.seek(s.at) }, `${duration(s.at * 1000)}  ${plain(s.data)}`)))),
    el("p", { class: "quiet" }, "Keys: space plays and pauses, arrows go 5 seconds back and forth, [ and ] go from command to command."));
  terminal.open(screen);
  const keys = (e: KeyboardEvent): void => {
    if (e.target instanceof HTMLInputElement || e.target instanceof HTMLSelectElement || e.target instanceof HTMLButtonElement) return;
    const marks = cast.steps.filter(s => s.kind === "m").map(s => s.at);
    const to = e.key === "ArrowLeft" ? player.at - 5 : e.key === "ArrowRight" ? player.at + 5
      : e.key === "[" ? marks.findLast(m => m < player.at - 0.2) ?? 0 : e.key === "]" ? marks.find(m => m > player.at) ?? cast.length : null;
    if (e.key === " ") player.toggle(); else if (to !== null) player.seek(to); else return;
    e.preventDefault();
  };
  document.addEventListener("keydown", keys);
  player.seek(time ? (Number(time) - cast.begin) / 1000 : 0);
  if (!time) player.toggle();
  return () => { document.removeEventListener("keydown", keys); player.stop(); terminal.dispose(); };
}

function marksOf(cast: Cast): HTMLElement[] {
  return cast.steps.filter(s => s.kind !== "o").slice(0, 2000).map(s => {
    const mark = el("i", { class: s.kind === "r" ? "size" : /missing|lost/i.test(s.data) ? "loss" : "", title: plain(s.data) });
    mark.style.left = `${100 * s.at / Math.max(cast.length, 0.001)}%`;
    return mark;
  });
}

/** Reads as much of an asciicast (version 2) as a page can hold. */
async function load(id: string): Promise<Cast | null> {
  const reader = (await stream(`${sessionPath(id)}/recording.cast`)).body!.pipeThrough(new TextDecoderStream()).getReader();
  const lines: string[] = [];
  let rest = "";
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    const pieces = (rest + part.value).split("\n");
    rest = pieces.pop()!;
    for (const piece of pieces) lines.push(piece);
    if (size < MostBytes) continue;
    notice(`Only the first ${bytes(MostBytes)} are shown here; sshlog replay ${id} shows all.`);
    await reader.cancel();
    break;
  }
  if (lines.length === 0) return null;
  const head = JSON.parse(lines[0]!) as { width: number; height: number; timestamp: number };
  const steps = lines.slice(1).filter(l => l.startsWith("[")).map(l => { const [at, kind, data] = JSON.parse(l) as [number, string, string]; return { at, kind, data }; });
  return { begin: head.timestamp * 1000, columns: head.width, rows: head.height, steps, length: steps.at(-1)?.at ?? 0 };
}

class Player {
  at = 0;
  speed = 1;
  skipsIdle = true;
  isPlaying = false;
  private next = 0;
  private last = 0;
  private frame = 0;

  constructor(private readonly cast: Cast, private readonly terminal: ReturnType<typeof makeTerminal>, private readonly changed: () => void) { }

  toggle(): void {
    if (this.isPlaying) { this.stop(); return; }
    if (this.at >= this.cast.length) this.seek(0);
    this.isPlaying = true;
    this.last = performance.now();
    this.frame = requestAnimationFrame(now => this.tick(now));
    this.changed();
  }

  stop(): void { this.isPlaying = false; cancelAnimationFrame(this.frame); this.changed(); }

  seek(to: number): void {
    to = Math.min(Math.max(to, 0), this.cast.length);
    if (to < this.at || this.next === 0) {
      restart(this.terminal, this.cast.columns, this.cast.rows);
      this.next = 0;
    }
    this.show(to);
    this.changed();
  }

  private tick(now: number): void {
    if (!this.isPlaying) return;
    this.show(this.at + (now - this.last) / 1000 * this.speed);
    this.last = now;
    const coming = this.cast.steps[this.next];
    if (this.skipsIdle && coming && coming.at - this.at > LongestIdle) this.at = coming.at - LongestIdle / 4;
    if (coming) this.frame = requestAnimationFrame(later => this.tick(later)); else this.isPlaying = false;
    this.changed();
  }

  private show(to: number): void {
    for (; this.next < this.cast.steps.length && this.cast.steps[this.next]!.at <= to; this.next++) {
      const step = this.cast.steps[this.next]!;
      if (step.kind === "o") this.terminal.write(step.data);
      else if (step.kind === "r") {
        const [columns, rows] = step.data.split("x").map(Number);
        resize(this.terminal, columns!, rows!);
      }
    }
    this.at = Math.min(to, this.cast.length);
  }
}
