import { Action, get, Me, Status } from "./api";
import { bytes, clock, el, table } from "./dom";
import { Upkeep } from "./upkeep";

const LongestAge = 5000;

export async function showStatus(place: HTMLElement, _me: Me, left: AbortSignal): Promise<void> {
  const body = el("div", {});
  place.append(el("h1", {}, "Status"), body);
  const draw = async (): Promise<void> => {
    const status = await get<Status>("/api/status", left);
    const rows: [string, string, boolean?][] = [
      ["Version", `${status.version} (pid ${status.pid}, ${status.engine ?? ""})`], ["Since", clock(status.started_at)], ["Probe", status.probe],
      ["Open sessions", String(status.open_sessions)],
      ["Lost", status.lost_records + status.lost_bytes === 0 ? "nothing" : `${status.lost_records} records, ${bytes(status.lost_bytes)}`,
        status.lost_records + status.lost_bytes > 0],
      ["Journal", bytes(status.journal_bytes ?? 0)], ["Free on its disk", bytes(status.disk_free_bytes ?? 0)],
    ];
    body.replaceChildren(
      el("dl", {}, ...rows.flatMap(([name, value, bad]) => [el("dt", {}, name), el("dd", { class: bad ? "loss" : "" }, value)])),
      el("h2", {}, "Losses by cause"),
      (status.losses ?? []).length > 0 ? table("Losses", [
        { head: "Cause", cell: l => l.cause }, { head: "Records", cell: l => l.records, kind: "number" }, { head: "Bytes", cell: l => l.bytes, kind: "number" },
      ], status.losses!) : el("p", { class: "quiet" }, "None."),
      el("h2", {}, "Actions"), actionsOf(status.actions ?? []));
  };
  await new Upkeep(draw, LongestAge, left).run();
}

function actionsOf(actions: Action[]): HTMLElement {
  return actions.length === 0 ? el("p", { class: "empty" }, "No rule has an action. They are described in docs/actions.md and set in /etc/sshlog.")
    : table("Actions", [
      { head: "Action", cell: a => a.name }, { head: "Kind", cell: a => a.plugin },
      { head: "State", cell: a => el("span", { class: a.state === "ok" ? "" : "failed" }, a.state) },
      { head: "Queue", cell: a => a.queue, kind: "number" }, { head: "Delivered", cell: a => a.delivered, kind: "number" },
      { head: "Given up", cell: a => a.dead_letters, kind: "number" },
      { head: "Last success", cell: a => a.last_success ? clock(a.last_success) : "never", kind: "wide" }, { head: "Last error", cell: a => a.last_error ?? "" },
    ], actions);
}
