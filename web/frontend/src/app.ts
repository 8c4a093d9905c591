import { ApiError, get, Me, post } from "./api";
import { el, notice } from "./dom";
import { showHistory } from "./history";
import { showLive } from "./live";
import { showReplay } from "./replay";
import { showSearch } from "./search";
import { showSession } from "./session";
import { showStatus } from "./status";
import { SignedOut } from "./upkeep";

/** A page, perhaps of a session and at a place of it: fills the element, until it is left. */
export type Page = (place: HTMLElement, me: Me, left: AbortSignal, ...argument: string[]) => Promise<void>;

const pages: Record<string, { title: string; show: Page; inMenu: boolean }> = {
  live: { title: "Live", show: showLive, inMenu: true },
  history: { title: "History", show: showHistory, inMenu: true },
  search: { title: "Search", show: showSearch, inMenu: true },
  status: { title: "Status", show: showStatus, inMenu: true },
  session: { title: "Session", show: showSession, inMenu: false },
  replay: { title: "Replay", show: showReplay, inMenu: false },
};

const main = document.getElementById("main")!;
const header = document.getElementById("header")!;
let visit = new AbortController();

async function show(why = ""): Promise<void> {
  visit.abort();
  const { signal } = visit = new AbortController();
  notice(why);
  const [, name = "", ...argument] = location.hash.split("/");
  const page = pages[name] ?? pages.live!;
  try {
    const me = await get<Me>("/api/me", signal);
    drawHeader(me, name in pages ? name : "live");
    document.title = `${page.title} - sshlog`;
    // Its own element: what a page that was left still draws, nobody sees.
    const place = el("div");
    main.replaceChildren(place);
    await page.show(place, me, signal, ...argument.map(decodeURIComponent));
  } catch (e) {
    if (signal.aborted) return;
    if (e instanceof ApiError && e.status === 401) signIn();
    else notice(e instanceof Error ? e.message : String(e));
  }
}

function drawHeader(me: Me, current: string): void {
  header.replaceChildren(
    el("strong", {}, "sshlog"),
    el("nav", { "aria-label": "Pages" }, ...Object.entries(pages).filter(([, p]) => p.inMenu).map(([name, p]) =>
      el("a", { href: `#/${name}`, ...(name === current ? { "aria-current": "page" } : {}) }, p.title))),
    el("span", { class: "quiet" }, `${me.user} (${me.role})`),
    el("button", { click: () => void post("/api/logout", {}).finally(() => location.reload()) }, "Sign out"));
}

function signIn(): void {
  document.title = "Sign in - sshlog";
  header.replaceChildren();
  const user = el("input", { name: "user", autocomplete: "username", required: true, autofocus: true });
  const password = el("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  main.replaceChildren(el("div", { class: "sign-in" }, el("h1", {}, "sshlog"), el("form", {
    submit: e => {
      e.preventDefault();
      post("/api/login", { user: user.value, password: password.value }).then(() => show(), (error: Error) => {
        notice(error.message);
        password.select();
      });
    },
  }, el("label", {}, "Name", user), el("label", {}, "Password", password), el("button", { type: "submit" }, "Sign in"))));
  user.focus();
}

window.addEventListener(SignedOut, () => void show("You are signed out."));
window.addEventListener("hashchange", () => { void show(); main.focus(); });
void show();
