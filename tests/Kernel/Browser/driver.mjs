// Drives the machine's own Chromium for Browser.cs. A line on standard input is a call: ["click", "text=Sign in"] calls
// page.click("text=Sign in"), ["keyboard.type", "ls"] calls page.keyboard.type("ls"). Its answer is one line, too.
import { chromium } from "playwright-core";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

// Root has no sandbox of Chromium's; the page comes from this machine.
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
page.setDefaultTimeout(20_000);

// What no test may cause: errors, refused scripts, dialogs that nobody asked for, requests to other hosts.
const problems = [];
const expected = { dialogs: 0 };
page.on("pageerror", error => problems.push(`error: ${error.message}`));
page.on("console", message => {
  if (message.type() === "error" && !/status of 40[13]/.test(message.text())) problems.push(`console: ${message.text()}`);
});
page.on("dialog", dialog => {
  if (expected.dialogs-- <= 0) problems.push(`dialog: ${dialog.message()}`);
  void dialog.accept();
});
page.on("request", request => {
  const url = new URL(request.url());
  if (!["127.0.0.1", ""].includes(url.hostname)) problems.push(`request: ${url}`);
});

const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const own = {
  // What WCAG 2.1 (A, AA) asks and the page does not do; the terminal itself is another project's.
  violations: async () => {
    await page.evaluate(axe);
    const found = await page.evaluate(() =>
      window.axe.run({ exclude: [".xterm"] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html}`));
  },
  problems: () => problems,
  expectDialog: () => { expected.dialogs = 1; },
  // The rows of the terminal as text.
  screen: () => page.evaluate(() =>
    [...document.querySelectorAll(".xterm-rows > div")].map(row => row.textContent.replaceAll("\u00a0", " ").trimEnd())),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [path, ...args] = JSON.parse(line);
  const names = path.split(".");
  const method = names.pop();
  const target = names.length === 0 && method in own ? own : names.reduce((object, name) => object[name], page);
  const answer = await Promise.resolve(target[method](...args)).then(
    value => ({ value: typeof value === "object" && !Array.isArray(value) ? null : value }),
    error => ({ error: error.message }));
  console.log(JSON.stringify(answer));
}
await browser.close();
