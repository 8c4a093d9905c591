/** What the daemon's API answers; described in docs/web.md. */
export interface Session {
  session: string; username: string; user_id: number | null; effective_uid: number | null; tty_id: number; ttys: number[]; started_at: string; ended_at: string | null;
  last_activity: string; last_command: string; open: boolean; exit_code: number | null; commands: number;
  output_bytes: number; loss_events: number; viewers: number; hostname: string;
  tcp_info: { client_ip: string; client_port: number; server_ip: string; server_port: number };
}
export interface Command {
  sequence: number; pid: number; tty_id: number; args: string; cwd: string; uid: number; euid: number; start_time: number; end_time: number;
  exit_code: number | null; signal: number | null;
}
export interface Action {
  name: string; plugin: string; state: string; queue: number; delivered: number; last_success: string | null;
  last_error: string | null; dead_letters: number;
}
export interface Status {
  version: string; pid: number; started_at: string; probe: string; open_sessions: number; lost_records: number;
  lost_bytes: number; journal_bytes?: number; disk_free_bytes?: number; engine?: string; actions?: Action[];
  losses?: { cause: string; records: number; bytes: number }[];
}
export interface Me { user: string; role: "observer" | "operator" | "administrator"; typing: boolean; version: string }
export type Fact = Record<string, unknown> & { event_type: string; sequence: number; time: string };

export interface Hit { session: string; username: string; time: string; kind: "command" | "output"; channel: number | null; sequence: number; text: string; command?: string }

/** An answer that is not the one hoped for; its message is a sentence for a person. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) { super(message); }
}

async function ask(path: string, body?: unknown, signal: AbortSignal | null = null): Promise<Response> {
  const response = await fetch(path, body === undefined ? { cache: "no-store", signal } : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-SshLog-Request": "1" },
    body: JSON.stringify(body),
  }).catch((error: Error) => { throw error instanceof TypeError ? new ApiError(0, "The daemon does not answer.") : error; });
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try { message = (JSON.parse(text) as { error: string }).error; } catch { /* Not of the daemon. */ }
  throw new ApiError(response.status, message || `The daemon answered ${response.status}.`);
}

export async function get<T>(path: string, signal: AbortSignal | null = null): Promise<T> {
  return (await ask(path, undefined, signal)).json() as Promise<T>;
}
export async function post<T>(path: string, body: unknown): Promise<T | null> {
  const response = await ask(path, body);
  return response.status === 204 ? null : response.json() as Promise<T>;
}
export const stream = (path: string, signal: AbortSignal | null = null): Promise<Response> => ask(path, undefined, signal);
export const sessionPath = (id: string): string => `/api/sessions/${encodeURIComponent(id)}`;
export const castPath = (id: string, channel: number | null): string => `${sessionPath(id)}/recording.cast${channel === null ? "" : `?channel=${channel}`}`;

/** All commands of a session, however many; an answer has some of them. */
export async function allCommands(id: string, signal: AbortSignal): Promise<Command[]> {
  const all: Command[] = [];
  for (let more = true; more;) {
    const page = await get<Command[]>(`${sessionPath(id)}/commands?after=${all.at(-1)?.sequence ?? 0}`, signal);
    for (const command of page) all.push(command);
    more = page.length > 0;
  }
  return all;
}

/** The objects of an answer that has one a line, as they come. */
export async function* objects<T>(answer: Response): AsyncGenerator<T> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as T;
  }
}
