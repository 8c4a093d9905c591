import { notice } from "./dom";
import { Part } from "./recording";
import { makeTerminal, resize, restart } from "./terminal";
import { report } from "./upkeep";

const LongestIdle = 2;
const Patience = 150;
/** A terminal that is given more than it can draw throws it away in the end. */
const MostUnseen = 4 * 1024 * 1024;

/** Plays a recording on a terminal, and reads other parts of it as it comes to them. */
export class Player {
  at = 0;
  speed = 1;
  skipsIdle = true;
  isPlaying = false;
  private next = 0;
  private last = 0;
  private frame = 0;
  private waiting = 0;
  private unseen = 0;
  private reading: AbortController | null = null;

  /** The length is in seconds; read gives the part with a place in it. */
  constructor(
    private part: Part, readonly length: number, private readonly terminal: ReturnType<typeof makeTerminal>,
    private readonly read: (from: number, signal: AbortSignal) => Promise<Part | null>, private readonly changed: () => void) { }

  toggle(): void {
    if (this.isPlaying) { this.stop(); return; }
    this.isPlaying = true;
    if (this.at >= this.length) this.seek(0); else this.resume();
    this.changed();
  }

  stop(): void {
    this.isPlaying = false;
    cancelAnimationFrame(this.frame);
    this.changed();
  }

  seek(to: number): void {
    to = Math.min(Math.max(to, 0), this.length);
    this.giveUp();
    if (this.unseen > MostUnseen) this.waiting = window.setTimeout(() => this.seek(to), Patience);
    else if (to < this.part.from || (to > this.part.to && this.part.more)) void this.move(to);
    else {
      this.show(to);
      if (this.isPlaying) this.resume();
    }
    this.changed();
  }

  dispose(): void {
    this.giveUp();
    this.stop();
  }

  private giveUp(): void {
    window.clearTimeout(this.waiting);
    this.reading?.abort();
    this.reading = null;
  }

  private resume(): void {
    // It goes on by itself when the part is there.
    if (this.reading !== null) return;
    cancelAnimationFrame(this.frame);
    this.last = performance.now();
    this.frame = requestAnimationFrame(now => this.tick(now));
  }

  /** To a place that this page does not hold; of many that follow each other at once, the last. */
  private async move(to: number): Promise<void> {
    cancelAnimationFrame(this.frame);
    const { signal } = this.reading = new AbortController();
    this.at = to;
    await new Promise(resolve => window.setTimeout(resolve, Patience));
    if (signal.aborted) return;
    notice("Reading this part of the recording.");
    try {
      const part = await this.read(to, signal);
      if (part === null || (to >= this.part.to && part.to <= this.part.to)) throw new Error("There is no screen to begin with at that place yet; sshlog replay shows it.");
      [this.part, this.next] = [part, 0];
      notice("");
      this.seek(to);
    } catch (e) {
      if (signal.aborted) return;
      report(e, signal);
      this.giveUp();
      this.stop();
    }
  }

  private tick(now: number): void {
    if (!this.isPlaying) return;
    if (this.unseen > MostUnseen) {
      this.last = now;
      this.frame = requestAnimationFrame(later => this.tick(later));
      return;
    }
    this.show(Math.min(this.at + (now - this.last) / 1000 * this.speed, this.part.more ? this.part.to : this.length));
    this.last = now;
    const coming = this.part.steps[this.next];
    if (this.skipsIdle && coming && coming.at - this.at > LongestIdle) this.at = coming.at - LongestIdle / 4;
    if (coming) this.frame = requestAnimationFrame(later => this.tick(later));
    else if (this.part.more) void this.move(this.part.to);
    else this.isPlaying = false;
    this.changed();
  }

  private show(to: number): void {
    if (to < this.at || this.next === 0) {
      restart(this.terminal, this.part.columns, this.part.rows);
      this.next = 0;
    }
    for (; this.next < this.part.steps.length && this.part.steps[this.next]!.at <= to; this.next++) {
      const step = this.part.steps[this.next]!;
      if (step.kind === "o") this.write(step.data);
      else if (step.kind === "r") {
        const [columns, rows] = step.data.split("x").map(Number);
        resize(this.terminal, columns!, rows!);
      }
    }
    this.at = Math.min(to, this.length);
  }

  private write(data: string): void {
    this.unseen += data.length;
    this.terminal.write(data, () => { this.unseen -= data.length; });
  }
}
