import { allCommands, castPath, stream } from "./api";
import { plain } from "./dom";

const MostBytes = 16 * 1024 * 1024;

/** Output ("o"), a size ("r") or a mark ("m"), seconds after the beginning. */
export interface Step { at: number; kind: string; data: string }

/** What a page holds of a recording: all of it, or a part that begins with a screen. */
export interface Part {
  /** Milliseconds since 1970, from which times count. */
  begin: number;
  columns: number;
  rows: number;
  /** The pty's number; below 0 without one. */
  tty: number;
  steps: Step[];
  from: number;
  to: number;
  /** Whether there is more behind it. */
  more: boolean;
}

/**
 * Reads as much of an asciicast (version 2) of a channel, or of the first one, as a page can hold, from a screen before a place on; null
 * if there is nothing.
 */
export async function load(id: string, channel: number | null, from: number, signal: AbortSignal): Promise<Part | null> {
  const path = castPath(id, channel);
  const query = from > 0 ? `${channel === null ? "?" : "&"}from=${from.toFixed(6)}` : "";
  const reader = (await stream(path + query, signal)).body!.pipeThrough(new TextDecoderStream()).getReader();
  const lines: string[] = [];
  let rest = "";
  let size = 0;
  let more = false;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    const pieces = (rest + part.value).split("\n");
    rest = pieces.pop()!;
    for (const piece of pieces) lines.push(piece);
    if (size < MostBytes) continue;
    more = true;
    await reader.cancel();
    break;
  }
  if (lines.length < 2) return null;
  const head = JSON.parse(lines[0]!) as { width: number; height: number; started_at: string; tty_id: number };
  const steps = lines.slice(1).filter(l => l.startsWith("[")).map(l => { const [at, kind, data] = JSON.parse(l) as [number, string, string]; return { at, kind, data }; });
  return {
    begin: Date.parse(head.started_at), columns: head.width, rows: head.height, tty: head.tty_id, steps,
    from: from > 0 ? steps[0]!.at : 0, to: steps.at(-1)!.at, more,
  };
}

/** Commands, sizes and losses, for the timeline; of a recording that is held in part, the commands alone. */
export async function marksOf(id: string, part: Part, signal: AbortSignal): Promise<Step[]> {
  if (!part.more) return part.steps.filter(s => s.kind !== "o");
  // As in the recording itself: a command without a terminal may be of any channel.
  return (await allCommands(id, signal)).filter(c => c.tty_id < 0 || part.tty < 0 || c.tty_id === part.tty)
    .map(c => ({ at: Math.max(0, (c.start_time - part.begin) / 1000), kind: "m", data: plain(c.args) }));
}
