import { castPath, get, Me, post, Session, sessionPath } from "./api";
import { Chooser, firstOf } from "./channels";
import { el, notice, plain, withdraw } from "./dom";
import { CommandList, eventsOf, summaryOf } from "./lists";
import { peer } from "./live";
import { Story } from "./story";
import { makeTerminal } from "./terminal";
import { report, Upkeep } from "./upkeep";
import { Watching } from "./watch";

const LongestAge = 3000;
const NothingOpen = "No terminal is open yet.";

/** As it is now: its first terminal, or the channel that is asked for. */
export async function showSession(place: HTMLElement, me: Me, left: AbortSignal, id = "", wanted = ""): Promise<void> {
  const first = await get<Session>(sessionPath(id), left);
  left.throwIfAborted();
  const page = new SessionPage(place, me, left, first, wanted === "" ? null : Number(wanted));
  await page.begin();
}

class SessionPage {
  private readonly id: string;
  private readonly story: Story;
  private readonly upkeep: Upkeep;
  private readonly terminal = makeTerminal(80, 24, () => this.typing.focus());
  private readonly screen = el("div", { class: "screen", role: "region", "aria-label": "Terminal" });
  private readonly summary = el("div");
  private readonly events = el("div");
  private readonly commands = new CommandList();
  private readonly replay = el("a", {}, "Replay");
  private readonly download = el("a", {}, "Download");
  private readonly typing = el("input", { type: "checkbox", id: "typing", change: () => this.connect(this.channel) });
  private readonly chooser = new Chooser(true, channel => this.choose(channel));
  /** What is gone when the session is over. */
  private live: HTMLElement[] = [];
  private watching: Watching | null = null;
  private readonly seen = new Set<number>();
  private readonly drawn = new Map<string, string>();

  constructor(place: HTMLElement, private readonly me: Me, private readonly left: AbortSignal, private session: Session, private channel: number | null) {
    this.id = session.session;
    this.story = new Story(this.id);
    this.upkeep = new Upkeep(() => this.refresh(), LongestAge, left);
    if (session.open) this.live = this.controls();
    place.append(
      el("h1", {}, `${plain(session.username)} from ${peer(session)}`),
      el("div", { class: "row" }, this.replay, this.download, ...this.live),
      el("div", { class: "session" }, this.screen,
        el("div", { class: "side", tabindex: "0", role: "region", "aria-label": "About the session" },
          this.summary, this.events, el("h2", {}, "Commands"), this.commands.element)));
    this.terminal.open(this.screen);
    this.terminal.onData(keys => this.watching?.send(new TextEncoder().encode(keys)));
    this.terminal.onBinary(keys => this.watching?.send(Uint8Array.from(keys, c => c.charCodeAt(0))));
    left.addEventListener("abort", () => { this.watching?.leave(); this.terminal.dispose(); });
  }

  async begin(): Promise<void> {
    this.draw();
    if (!this.session.open)
      this.screen.replaceChildren(el("p", { class: "empty" }, "This session is over: ", el("a", { href: this.replay.href }, "replay it"), "."));
    else if (this.session.ttys.length > 0) this.connect(this.channel);
    else notice(NothingOpen);
    await this.story.readCommands(this.left);
    this.draw();
    await this.upkeep.run();
  }

  private controls(): HTMLElement[] {
    const readers = el("input", { type: "checkbox", change: () => { this.terminal.options.screenReaderMode = readers.checked; } });
    return [
      this.chooser.element,
      el("label", { class: "check" }, readers, "Screen reader"),
      ...this.me.typing ? [el("label", { class: "check" }, this.typing, "Type into this session (Ctrl+Q leaves the terminal)")] : [],
      ...this.me.role !== "observer" ? [killer(this.id, this.left)] : [],
    ];
  }

  private async refresh(): Promise<void> {
    this.session = await get<Session>(sessionPath(this.id), this.left);
    await this.story.read(this.left, () => this.draw());
    if (this.session.open) this.connectToNew(); else this.finish();
  }

  private draw(): void {
    const { story, channel } = this;
    // What somebody reads or marks is made anew only when it has changed.
    if (this.isNew("summary", this.session)) this.summary.replaceChildren(summaryOf(this.session));
    if (this.isNew("events", story.facts.at(-1)?.sequence)) this.events.replaceChildren(...eventsOf(story.facts));
    this.replay.href = `#/replay/${this.id}${channel === null ? "" : `//${channel}`}`;
    this.download.href = castPath(this.id, channel);
    this.download.download = `${this.id}.cast`;
    this.commands.draw(story.commands);
    this.chooser.draw(story.channels.values(), channel);
  }

  private isNew(part: string, shows: unknown): boolean {
    const now = JSON.stringify(shows) ?? "";
    const isNew = this.drawn.get(part) !== now;
    this.drawn.set(part, now);
    return isNew;
  }

  /** A session may begin without a terminal, and get one later. */
  private connectToNew(): void {
    const opened = [...this.story.channels.values()].filter(c => c.isOpen && !this.seen.has(c.number));
    for (const channel of opened) this.seen.add(channel.number);
    if (this.watching === null && opened.length > 0)
      this.connect((opened.find(c => c.number === this.channel) ?? firstOf(opened)!).number);
  }

  private choose(channel: number): void {
    history.replaceState(null, "", `#/session/${this.id}/${channel}`);
    this.connect(channel);
  }

  private connect(channel: number | null): void {
    this.watching?.leave();
    const typing = this.typing.checked;
    this.watching = new Watching(this.id, channel, typing, this.terminal, {
      attached: number => {
        this.channel = number;
        withdraw(NothingOpen);
        this.draw();
      },
      refused: () => {
        this.watching = null;
        this.upkeep.soon();
        if (!typing) { notice("This terminal cannot be shown: it is closed, or the daemon does not answer."); return; }
        this.typing.checked = false;
        this.connect(channel);
        notice("Typing into this terminal was refused: you watch it.");
      },
      ended: () => {
        this.watching = null;
        this.typing.checked = false;
        this.upkeep.soon();
      },
    });
  }

  private finish(): void {
    this.upkeep.stop();
    withdraw(NothingOpen);
    for (const control of this.live) control.remove();
  }
}

function killer(id: string, left: AbortSignal): HTMLElement {
  const reason = el("input", { "aria-label": "Reason", placeholder: "Reason" });
  return el("form", {
    class: "row", submit: e => {
      e.preventDefault();
      if (!window.confirm("End this session?")) return;
      post<{ how: string }>(`${sessionPath(id)}/kill`, { reason: reason.value })
        .then(done => { if (!left.aborted) notice(done!.how); }, (error: unknown) => report(error, left));
    },
  }, reason, el("button", { type: "submit", class: "danger" }, "Kill"));
}
