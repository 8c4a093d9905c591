import { get, Me, Session } from "./api";
import { bytes, clock, duration, el, plain, table } from "./dom";
import { peer } from "./live";
import { report } from "./upkeep";

export async function showHistory(place: HTMLElement, _me: Me, left: AbortSignal): Promise<void> {
  const user = el("input", { name: "user" });
  const client = el("input", { name: "client", placeholder: "192.0.2.1" });
  const since = el("input", { name: "since", type: "datetime-local" });
  const text = el("input", { name: "text", type: "search", placeholder: "last command, user, address" });
  const list = el("div", {});
  let found: Session[] = [];
  const draw = (): void => {
    const wanted = text.value.toLowerCase();
    const shown = found.filter(s => `${s.username} ${s.last_command} ${peer(s)} ${s.session}`.toLowerCase().includes(wanted));
    list.replaceChildren(shown.length > 0 ? listOf(shown) : el("p", { class: "empty" }, "No recorded session is like that. Leave a field empty for all."));
  };
  const ask = async (): Promise<void> => {
    const query = new URLSearchParams({ user: user.value, client: client.value, since: since.value ? new Date(since.value).toISOString() : "" });
    found = await get<Session[]>(`/api/sessions?${query}`, left);
    draw();
  };
  text.addEventListener("input", draw);
  place.append(el("h1", {}, "History"), el("form", {
    class: "row", role: "search", submit: e => { e.preventDefault(); ask().catch((error: unknown) => report(error, left)); },
  }, el("label", {}, "User", user), el("label", {}, "Address", client), el("label", {}, "Since", since), el("button", { type: "submit" }, "Find"),
    el("label", {}, "Filter", text)), list);
  await ask();
}

function listOf(sessions: Session[]): HTMLElement {
  return table("Recorded sessions", [
    { head: "User", cell: s => el("a", { href: `#/${s.open ? "session" : "replay"}/${s.session}` }, plain(s.username || "(none)")) },
    { head: "From", cell: s => peer(s) },
    { head: "Start", cell: s => clock(s.started_at) },
    { head: "Length", cell: s => s.open ? "open" : duration(Date.parse(s.ended_at!) - Date.parse(s.started_at)), kind: "wide" },
    { head: "Commands", cell: s => s.commands, kind: "number wide" },
    { head: "Last command", cell: s => el("span", { class: "command" }, plain(s.last_command)) },
    { head: "Output", cell: s => bytes(s.output_bytes), kind: "number wide" },
    { head: "Exit", cell: s => s.exit_code, kind: "number wide" },
    { head: "Loss", cell: s => s.loss_events > 0 ? el("span", { class: "loss" }, `${s.loss_events} gaps`) : "none", kind: "wide" },
  ], sessions);
}
