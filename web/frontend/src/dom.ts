type Child = Node | string | number | null | undefined | false;

/** Makes an element. Children are always text or nodes: nothing of a session can become markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string | boolean | ((e: Event) => void)> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((c): c is Node | string | number => c !== null && c !== undefined && c !== false)
    .map(c => typeof c === "number" ? String(c) : c));
  return made;
}

const place = document.getElementById("notice")!;

/** Says something to everyone, screen readers too; empty for nothing. */
export function notice(text: string): void {
  // What is said already is not read out once more.
  if (place.textContent !== text) place.textContent = text;
}

/** Takes back what was said, unless something else was said since. */
export function withdraw(text: string): void { if (place.textContent === text) notice(""); }

export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  for (; count >= 1024 && at < units.length - 1; at++) count /= 1024;
  return `${at === 0 ? count : count.toFixed(1)} ${units[at]}`;
}

export function duration(milliseconds: number): string {
  const s = Math.max(0, milliseconds) / 1000;
  if (s < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
}

/** When it is shown to be true: hours and minutes. */
export const hour = (time: string | number | Date): string => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
export const clock = (time: string | number): string => new Date(time).toLocaleString();

/** A name, an argument or an address with what could mislead a reader made visible. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

export interface Column<T> { head: string; cell: (item: T) => Child; kind?: string }

/** A table with a caption for those who cannot see it. */
export function table<T>(caption: string, columns: Column<T>[], items: T[]): HTMLElement {
  return el("div", { class: "scroll" }, el("table", { "aria-label": caption },
    el("thead", {}, el("tr", {}, ...columns.map(c => el("th", { scope: "col", class: c.kind ?? "" }, c.head)))),
    el("tbody", {}, ...items.map(item => el("tr", {}, ...columns.map(c => el("td", { class: c.kind ?? "" }, c.cell(item))))))));
}
