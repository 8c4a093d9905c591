import { el } from "./dom";

/** A terminal, or a command without one, of a session. */
export interface Channel {
  number: number;
  /** The N of /dev/pts/N; below 0 without one. */
  tty: number;
  isOpen: boolean;
}

/** The one that is shown when none is asked for: the first terminal, else the first of any kind. */
export const firstOf = (channels: Iterable<Channel>): Channel | undefined => {
  const all = [...channels].sort((a, b) => a.number - b.number);
  return all.find(c => c.tty >= 0) ?? all[0];
};

const nameOf = (channel: Channel): string => channel.tty >= 0 ? `pts/${channel.tty}` : `channel ${channel.number} (no terminal)`;

/** Lets a reader choose among the channels of a session, where there are several. */
export class Chooser {
  private readonly select = el("select", { change: () => this.chosen(Number(this.select.value)) });
  readonly element = el("label", { class: "check", hidden: true }, "Terminal", this.select);
  private drawn = "";

  /** A live session shows only channels that are open; a recording all. */
  constructor(private readonly live: boolean, private readonly chosen: (channel: number) => void) { }

  draw(channels: Iterable<Channel>, current: number | null): void {
    const all = [...channels].sort((a, b) => a.number - b.number);
    const isClosed = (c: Channel): boolean => this.live && !c.isOpen;
    const key = JSON.stringify([all, current]);
    // An open list closes when it is made anew.
    if (key === this.drawn) return;
    this.drawn = key;
    this.element.hidden = all.length < 2;
    this.select.replaceChildren(...all.map(c => el("option", { value: String(c.number), selected: c.number === current, disabled: isClosed(c) },
      nameOf(c) + (isClosed(c) ? ", closed" : ""))));
    if (current === null) this.select.selectedIndex = -1;
  }
}
