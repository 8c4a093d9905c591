import { Command, Fact, get, Me, post, Session, sessionPath, stream } from "./api";
import { bytes, clock, duration, el, notice, plain } from "./dom";
import { peer } from "./live";
import { makeTerminal, resize, restart } from "./terminal";

type Told = { type: "attached"; terminal: boolean; may_type: boolean } | { type: "screen" | "size"; columns: number; rows: number }
  | { type: "missing"; bytes: number | null } | { type: "ended"; how: string } | { type: "refused"; why: string };

export async function showSession(main: HTMLElement, me: Me, id: string): Promise<() => void> {
  const session = await get<Session>(sessionPath(id));
  const screen = el("div", { class: "screen", role: "region", "aria-label": "Terminal" });
  const controls = el("div", { class: "row" });
  const facts = el("div", {});
  const commands = el("ol", { class: "commands" });
  main.append(
    el("h1", {}, `${plain(session.username)} from ${peer(session)}`),
    controls,
    el("div", { class: "session" }, screen,
      el("div", { class: "side" }, factsOf(session), facts, el("h2", {}, "Commands"), commands)));
  const terminal = makeTerminal();
  terminal.open(screen);
  controls.append(el("a", { href: `#/replay/${session.session}` }, "Replay"),
    el("a", { href: `${sessionPath(id)}/recording.cast`, download: `${session.session}.cast` }, "Download"));
  let socket: WebSocket | null = null;
  // The one that is left says nothing more, neither what is on its way nor that it has ended: that is for the next one to say.
  const leave = (): void => {
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  };
  const connect = (typing: boolean): void => {
    leave();
    socket = watch(id, typing, terminal, () => void refresh());
  };
  const refresh = async (): Promise<void> => {
    commands.replaceChildren(...(await get<Command[]>(`${sessionPath(id)}/commands`)).map(commandOf));
    facts.replaceChildren(...await happened(id));
  };
  if (session.open) {
    const readers = el("input", { type: "checkbox", change: () => { terminal.options.screenReaderMode = readers.checked; } });
    controls.append(el("label", { class: "check" }, readers, "Screen reader"));
    if (me.typing) {
      const type = el("input", { type: "checkbox", id: "typing", change: () => connect(type.checked) });
      controls.append(el("label", { class: "check" }, type, "Type into this session"));
    }
    if (me.role !== "observer") controls.append(killer(id));
    connect(false);
  } else {
    screen.replaceChildren(el("p", { class: "empty" }, "This session is over: ", el("a", { href: `#/replay/${session.session}` }, "replay it"), "."));
  }
  const send = (data: string): void => { if (socket?.readyState === WebSocket.OPEN) socket.send(new TextEncoder().encode(data)); };
  terminal.onData(send);
  terminal.onBinary(data => { if (socket?.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(data, c => c.charCodeAt(0))); });
  await refresh();
  const timer = window.setInterval(() => { if (session.open) void refresh().catch(() => { /* the next one */ }); }, 3000);
  return () => { window.clearInterval(timer); leave(); terminal.dispose(); };
}

function watch(id: string, typing: boolean, terminal: ReturnType<typeof makeTerminal>, ended: () => void): WebSocket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}${sessionPath(id)}/live?type=${typing ? 1 : 0}`);
  socket.binaryType = "arraybuffer";
  let over = false;
  socket.onmessage = message => {
    if (message.data instanceof ArrayBuffer) { terminal.write(new Uint8Array(message.data)); return; }
    const told = JSON.parse(message.data as string) as Told;
    switch (told.type) {
      case "attached":
        terminal.options.convertEol = !told.terminal;
        terminal.options.disableStdin = !told.may_type;
        if (told.may_type) terminal.focus();
        break;
      case "screen": restart(terminal, told.columns, told.rows); break;
      case "size": resize(terminal, told.columns, told.rows); break;
      case "missing": notice(told.bytes === null ? "Output is missing here." : `${told.bytes} bytes of output are missing here.`); break;
      case "refused": notice(told.why); break;
      case "ended": over = true; notice(told.how); ended(); break;
    }
  };
  socket.onclose = e => { terminal.options.disableStdin = true; if (!over && !e.wasClean) notice("The connection to the daemon is lost, or this was refused."); };
  return socket;
}

function killer(id: string): HTMLElement {
  const reason = el("input", { "aria-label": "Reason", placeholder: "Reason" });
  return el("form", {
    class: "row", submit: e => {
      e.preventDefault();
      if (!window.confirm("End this session?")) return;
      post<{ how: string }>(`${sessionPath(id)}/kill`, { reason: reason.value }).then(done => notice(done!.how), (error: Error) => notice(error.message));
    },
  }, reason, el("button", { type: "submit", class: "danger" }, "Kill"));
}

export function commandOf(command: Command): HTMLElement {
  const failed = command.exit_code !== null && command.exit_code !== 0 || command.signal !== null;
  const end = command.end_time === 0 ? "running"
    : `${command.signal !== null ? `signal ${command.signal}` : command.exit_code === null ? "ended" : `exit ${command.exit_code}`}, ${duration(command.end_time - command.start_time)}`;
  return el("li", {}, el("span", { class: "command" }, plain(command.args)), " ",
    el("span", { class: failed ? "failed" : "quiet" }, `${new Date(command.start_time).toLocaleTimeString()}, ${end}`,
      command.euid !== command.uid ? `, as uid ${command.euid}` : ""));
}

function factsOf(session: Session): HTMLElement {
  const rows: [string, string][] = [
    ["Session", session.session], ["Since", clock(session.started_at)],
    ["Ended", session.ended_at ? clock(session.ended_at) : "open"], ["Output", bytes(session.output_bytes)],
    ["Lost", session.loss_events === 0 ? "nothing" : `${session.loss_events} gaps`],
  ];
  return el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Members of an event that say most about it, in the order in which they are shown. */
const Details = ["method", "key_fingerprint", "by_user", "by_from", "target_path", "renamed_from", "files", "result", "effective_user",
  "cause", "bytes", "rule", "reason"];

/** What is neither output nor command: sign-in, transfers, losses, viewers. */
async function happened(id: string): Promise<Node[]> {
  const lines = (await (await stream(`${sessionPath(id)}/events`)).text()).split("\n").filter(l => l.length > 0);
  const quiet = /^(command_|session_opened|channel_|terminal_)/;
  const facts = lines.map(l => JSON.parse(l) as Fact).filter(f => !quiet.test(f.event_type));
  if (facts.length === 0) return [];
  return [el("h2", {}, "Events"), el("ol", { class: "commands" }, ...facts.slice(-200).map(f => el("li", {},
    el("span", { class: /loss/.test(f.event_type) ? "loss" : "" }, f.event_type.replaceAll("_", " ")), " ",
    el("span", { class: "quiet" }, new Date(f.time).toLocaleTimeString()), " ",
    Details.map(k => f[k]).filter(v => v !== null && v !== undefined && v !== "")
      .map(v => plain(String(v))).join(" "))))];
}
