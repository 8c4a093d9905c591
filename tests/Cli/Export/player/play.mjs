// Plays the recording on standard input with the core of asciinema's player: seeks to each time given as an argument, in
// seconds and ascending, and prints what the player knows and has shown by then:
// {"duration","markers":[{"time","label"}],"at":[{"time","cols","rows","text"}]}.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules/asciinema-player/dist');
const file = fs.readdirSync(dist).find(name => /^core-.*\.js$/.test(name));
const { C: Core } = await import(path.join(dist, file));

const silent = { log() {}, debug() {}, info() {}, warn() {}, error() {} };
const core = new Core({ data: fs.readFileSync(0, 'utf8') }, { logger: silent, speed: 1, preload: true });
const seen = { duration: 0, markers: [], at: [], error: null };
let [cols, rows, text] = [0, 0, ''];

core.addEventListener('metadata', meta => {
  seen.duration = meta.duration;
  seen.markers = (meta.markers ?? []).map(([time, label]) => ({ time, label }));
});
core.addEventListener('error', error => { seen.error = String(error?.message ?? error); });
core.addEventListener('reset', state => { ({ cols, rows } = state.size ?? state); text = ''; });
core.addEventListener('output', data => { text += [].concat(data).join(''); });
core.addEventListener('resize', size => { ({ cols, rows } = size); });
core.terminalReady();
await core.init();
for (const time of process.argv.slice(2).map(Number)) {
  await core.seek(time);
  seen.at.push({ time, cols, rows, text });
}
console.log(JSON.stringify(seen));
process.exit(0);
