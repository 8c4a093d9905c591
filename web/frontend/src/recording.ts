import { Command, get, sessionPath, stream } from "./api";
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
  steps: Step[];
  from: number;
  to: number;
  /** Whether there is more behind it. */
  more: boolean;
}

/** Reads as much of an asciicast (version 2) as a page can hold, from a screen before a place on; null if there is nothing. */
export async function load(id: string, from: number, signal: AbortSignal): Promise<Part | null> {
  const query = from > 0 ? `?from=${from.toFixed(6)}` : "";
  const reader = (await stream(`${sessionPath(id)}/recording.cast${query}`, signal)).body!.pipeThrough(new TextDecoderStream()).getReader();
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
  const head = JSON.parse(lines[0]!) as { width: number; height: number; timestamp: number };
  const steps = lines.slice(1).filter(l => l.startsWith("[")).map(l => { const [at, kind, data] = JSON.parse(l) as [number, string, string]; return { at, kind, data }; });
  return {
    begin: head.timestamp * 1000, columns: head.width, rows: head.height, steps,
    from: from > 0 ? steps[0]!.at : 0, to: steps.at(-1)!.at, more,
  };
}

/** Commands, sizes and losses, for the timeline; of a recording that is held in part, the commands alone. */
export async function marksOf(id: string, part: Part): Promise<Step[]> {
  if (!part.more) return part.steps.filter(s => s.kind !== "o");
  return (await get<Command[]>(`${sessionPath(id)}/commands`))
    .map(c => ({ at: Math.max(0, (c.start_time - part.begin) / 1000), kind: "m", data: plain(c.args) }));
}
