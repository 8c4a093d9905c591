import { Hit, Me, objects, stream } from "./api";
import { clock, el, notice, plain } from "./dom";
import { report } from "./upkeep";

interface End { more: boolean; read_through: number }

export async function showSearch(place: HTMLElement, _me: Me, left: AbortSignal): Promise<void> {
  const text = el("input", { name: "text", type: "search", required: true, autofocus: true });
  const user = el("input", { name: "user" });
  const since = el("input", { name: "since", type: "datetime-local" });
  const regex = el("input", { name: "regex", type: "checkbox" });
  const commands = el("input", { name: "commands", type: "checkbox" });
  const list = el("ol", { class: "hits", "aria-label": "Found" });
  let running = new AbortController();
  const ask = async (): Promise<void> => {
    running.abort();
    const mine = running = new AbortController();
    const query = new URLSearchParams({
      text: text.value, user: user.value, since: since.value ? new Date(since.value).toISOString() : "",
      regex: regex.checked ? "1" : "", commands: commands.checked ? "1" : "",
    });
    list.replaceChildren();
    notice("Searching.");
    for await (const item of objects<Hit | End>(await stream(`/api/search?${query}`, mine.signal))) {
      if ("session" in item) list.append(hitOf(item)); else notice(endOf(item, list.childElementCount));
    }
  };
  place.append(el("h1", {}, "Search"), el("form", {
    class: "row", role: "search", submit: e => {
      e.preventDefault();
      ask().catch((error: unknown) => report(error, left));
    },
  }, el("label", {}, "Typed or printed", text), el("label", {}, "User", user), el("label", {}, "Since", since),
    el("label", { class: "check" }, regex, "Regular expression"), el("label", { class: "check" }, commands, "Only commands"),
    el("button", { type: "submit" }, "Search")), list);
  left.addEventListener("abort", () => running.abort());
  text.focus();
}

function hitOf(hit: Hit): HTMLElement {
  return el("li", {},
    el("a", { href: `#/replay/${hit.session}/${Date.parse(hit.time)}${hit.channel === null ? "" : `/${hit.channel}`}` }, `${clock(hit.time)}, ${plain(hit.username)}`), " ",
    el("span", { class: "quiet" }, hit.kind === "command" ? "typed" : hit.command ? `printed after ${plain(hit.command)}` : "printed"),
    el("div", { class: "command" }, plain(hit.text.trim().slice(0, 300))));
}

function endOf(end: End, hits: number): string {
  const found = hits === 0 ? "Nothing of that was typed or printed." : end.more ? `The first ${hits} places.` : hits === 1 ? "One place." : `${hits} places.`;
  return end.read_through > 0 ? `${found} ${end.read_through} recordings were read through, because the index could not help.` : found;
}
