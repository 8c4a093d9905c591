import { ApiError } from "./api";
import { hour, notice, withdraw } from "./dom";

/** What the window is told when the daemon does not know any more who asks. */
export const SignedOut = "signedout";
const Soon = 500;

/** Says what went wrong while a page is looked at, and gives what it said; whoever is not signed in any more is asked to. */
export function report(e: unknown, left: AbortSignal, before = ""): string {
  if (left.aborted || (e instanceof Error && e.name === "AbortError")) return "";
  if (e instanceof ApiError && e.status === 401) {
    window.dispatchEvent(new Event(SignedOut));
    return "";
  }
  const text = before + (e instanceof Error ? e.message : String(e));
  notice(text);
  return text;
}

/**
 * Draws a page until it is left: every so many milliseconds after the last time, and soon when something has happened. While
 * that does not work it says since when the page is old.
 */
export class Upkeep {
  private timer = 0;
  private isDrawing = false;
  private isHurried = false;
  private isOver = false;
  private fresh: Date | null = null;
  private told = "";

  constructor(private readonly draw: () => Promise<void>, private readonly every: number, private readonly left: AbortSignal) {
    left.addEventListener("abort", () => this.stop());
  }

  /** Now. */
  async run(): Promise<void> {
    window.clearTimeout(this.timer);
    this.isDrawing = true;
    this.isHurried = false;
    try {
      await this.draw();
      this.fresh = new Date();
      withdraw(this.told);
      this.told = "";
    } catch (e) {
      this.told = report(e, this.left, this.fresh ? `Not up to date since ${hour(this.fresh)}: ` : "");
    }
    this.isDrawing = false;
    this.plan();
  }

  /** However often it is called, the page is drawn twice a second at most. */
  soon(): void {
    if (this.isHurried) return;
    this.isHurried = true;
    if (!this.isDrawing) this.plan();
  }

  /** Nothing changes any more. */
  stop(): void {
    this.isOver = true;
    window.clearTimeout(this.timer);
  }

  private plan(): void {
    window.clearTimeout(this.timer);
    if (!this.isOver) this.timer = window.setTimeout(() => void this.run(), this.isHurried ? Soon : this.every);
  }
}
