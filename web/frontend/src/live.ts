import { get, Me, Session } from "./api";
import { bytes, clock, duration, el, plain, table } from "./dom";
import { Upkeep } from "./upkeep";

const LongestAge = 10_000;

export const peer = (s: Session): string => `${s.tcp_info.client_ip}:${s.tcp_info.client_port}`;

/** As whom a session acts, where that is not who signed in. */
const actsAs = (s: Session): string => s.effective_uid === null || s.user_id === null || s.effective_uid === s.user_id ? ""
  : s.effective_uid === 0 ? " as root" : ` as uid ${s.effective_uid}`;

export async function showLive(place: HTMLElement, _me: Me, left: AbortSignal): Promise<void> {
  const list = el("div", {});
  place.append(el("h1", {}, "Live sessions"), list);
  const upkeep = new Upkeep(async () => {
    const sessions = await get<Session[]>("/api/sessions?open=1", left);
    list.replaceChildren(sessions.length > 0 ? listOf(sessions) : el("p", { class: "empty" },
      "Nobody is signed in over SSH. A session appears here by itself: try ", el("code", {}, "ssh localhost"), "."));
    // It connects again by itself, but not when it was refused.
    if (events.readyState === EventSource.CLOSED) events = listen(upkeep);
  }, LongestAge, left);
  let events = listen(upkeep);
  left.addEventListener("abort", () => events.close());
  await upkeep.run();
}

function listen(upkeep: Upkeep): EventSource {
  const events = new EventSource("/api/events");
  const soon = (): void => upkeep.soon();
  for (const name of ["connection_established", "session_opened", "connection_close", "command_start", "command_finish", "viewer_joined", "viewer_left"])
    events.addEventListener(name, soon);
  events.onmessage = events.onerror = soon;
  return events;
}

function listOf(sessions: Session[]): HTMLElement {
  return table("Live sessions", [
    { head: "User", cell: s => el("span", {}, el("a", { href: `#/session/${s.session}` }, plain(s.username || "(signing in)")), el("strong", {}, actsAs(s))) },
    { head: "From", cell: s => peer(s) },
    { head: "TTY", cell: s => s.tty_id < 0 ? "-" : `pts/${s.tty_id}`, kind: "wide" },
    { head: "Age", cell: s => el("span", { title: clock(s.started_at) }, duration(Date.now() - Date.parse(s.started_at))) },
    { head: "Last command", cell: s => el("span", { class: "command" }, plain(s.last_command)) },
    { head: "Output", cell: s => bytes(s.output_bytes), kind: "number wide" },
    { head: "Viewers", cell: s => s.viewers, kind: "number wide" },
    { head: "Loss", cell: s => s.loss_events > 0 ? el("span", { class: "loss" }, `${s.loss_events} gaps`) : "none", kind: "wide" },
  ], sessions);
}
